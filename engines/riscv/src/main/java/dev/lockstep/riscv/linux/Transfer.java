package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Moves bytes between guest memory and files: the read and write family. */
final class Transfer {
    /** Most that one read returns; more is a short read, as Linux permits. */
    static final int READ_LIMIT_BYTES = 16 << 20;

    /** Stands for the file's own position. */
    static final long CURRENT = -1;

    private static final int VECTOR_BYTES = 16;
    private static final int VECTOR_LIMIT = 1024;

    private final HostFiles files;
    private final HostCallListener listener;

    Transfer(HostFiles files, HostCallListener listener) {
        this.files = files;
        this.listener = listener;
    }

    /** A stretch of guest memory, as in struct iovec. */
    record Vector(long address, long length) {}

    /** Returns what is wrong with the vectors a call names, or 0. */
    static long vectorError(Call call) {
        long count = call.argument(2);
        if (count < 0 || count > VECTOR_LIMIT) {
            return Errno.EINVAL;
        }
        long size = count * VECTOR_BYTES;
        if (call.memory().readableBytes(call.argument(1), size) != size) {
            return Errno.EFAULT;
        }
        return vectors(call).stream().anyMatch(v -> v.length() < 0) ? Errno.EINVAL : 0;
    }

    /** Returns the vectors a call names; none if they are too many or cannot be read. */
    static List<Vector> vectors(Call call) {
        long count = call.argument(2);
        boolean few = count >= 0 && count <= VECTOR_LIMIT;
        byte[] bytes = few ? call.bytes(call.argument(1), count * VECTOR_BYTES) : new byte[0];
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Vector> vectors = new ArrayList<>();
        while (words.hasRemaining()) {
            vectors.add(new Vector(words.getLong(), words.getLong()));
        }
        return vectors;
    }

    /** Returns the bytes of all vectors, up to the first that cannot be read. */
    static byte[] gather(Call call) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Vector vector : vectors(call)) {
            byte[] part = call.bytes(vector.address(), vector.length());
            bytes.writeBytes(part);
            if (part.length != vector.length()) {
                break;
            }
        }
        return bytes.toByteArray();
    }

    InputAnswer read(Call call, List<Vector> vectors, long position) {
        Optional<OpenFile> file = files.get(call.intArgument(0)).filter(OpenFile::isReadable);
        if (file.isEmpty()) {
            return InputAnswer.of(Errno.EBADF);
        }
        if (file.get().channel().isEmpty()) {
            return InputAnswer.of(Errno.EISDIR);
        }
        long wanted = vectors.stream().mapToLong(Vector::length).sum();
        List<Vector> room = room(call.memory(), vectors);
        long capacity = room.stream().mapToLong(Vector::length).sum();
        if (capacity == 0 && wanted != 0) {
            return InputAnswer.of(Errno.EFAULT);
        }
        try {
            announce(call, file.get());
            byte[] bytes = read(file.get().channel().get(), (int) capacity, position);
            return new InputAnswer(bytes.length, scatter(room, bytes));
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }

    private static List<Vector> room(GuestMemory memory, List<Vector> vectors) {
        List<Vector> room = new ArrayList<>();
        long left = READ_LIMIT_BYTES;
        for (Vector vector : vectors) {
            long length = Math.min(left, memory.writableBytes(vector.address(), vector.length()));
            room.add(new Vector(vector.address(), length));
            left -= length;
            if (length != vector.length()) {
                break;
            }
        }
        return room;
    }

    private static byte[] read(FileChannel channel, int capacity, long position)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(capacity);
        int length = position == CURRENT ? channel.read(buffer) : channel.read(buffer, position);
        byte[] bytes = new byte[Math.max(0, length)];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static List<InputAnswer.Write> scatter(List<Vector> room, byte[] bytes) {
        List<InputAnswer.Write> writes = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        for (Vector vector : room) {
            byte[] part = new byte[(int) Math.min(vector.length(), rest.remaining())];
            rest.get(part);
            if (part.length != 0) {
                writes.add(new InputAnswer.Write(vector.address(), part));
            }
        }
        return writes;
    }

    /**
     * Writes to a file.
     *
     * @param wanted bytes the guest asked to write; if {@code output} has none of them, it could
     *     not be read
     */
    long write(Call call, byte[] output, long wanted, long position) {
        Optional<OpenFile> file = files.get(call.intArgument(0)).filter(OpenFile::isWritable);
        Optional<FileChannel> channel = file.flatMap(OpenFile::writer);
        if (channel.isEmpty()) {
            return Errno.EBADF;
        }
        if (output.length == 0 && wanted != 0) {
            return Errno.EFAULT;
        }
        announce(call, file.get());
        return write(channel.get(), ByteBuffer.wrap(output), position, file.get().appends());
    }

    private static long write(
            FileChannel channel, ByteBuffer bytes, long position, boolean appends) {
        try {
            if (appends && position == CURRENT) {
                channel.position(channel.size());
            }
            long start = appends ? channel.size() : position;
            while (bytes.hasRemaining()) {
                if (position == CURRENT) {
                    channel.write(bytes);
                } else {
                    channel.write(bytes, start + bytes.position());
                }
            }
            return bytes.position();
        } catch (IOException e) {
            return bytes.position() != 0 ? bytes.position() : Errno.of(e);
        }
    }

    private void announce(Call call, OpenFile file) {
        if (file.mayBlock()) {
            listener.entered(call.number());
        }
    }
}
