package dev.lockstep.riscv.linux;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.riscv.Payload;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Tells in events what pieces of guest memory hold. */
final class ToldMemory {
    /** A longer string is told like other bytes, so that no payload is too long. */
    private static final int WHOLE_STRING_BYTES = 512;

    /** How much is hashed at once. */
    private static final int SLICE_BYTES = 64 << 10;

    private static final int VECTOR_LIMIT = 1024;
    private static final int VECTOR_BYTES = 2 * Long.BYTES;

    private final GuestMemory memory;

    ToldMemory(GuestMemory memory) {
        this.memory = memory;
    }

    /** Puts a string; null if it cannot be read. */
    void putString(Payload to, String key, long address) {
        long length = memory.stringLength(address, Call.PATH_MAX);
        if (length < 0) {
            to.absent(key);
        } else if (length <= WHOLE_STRING_BYTES) {
            to.text(key, Payload.decoded(bytes(address, length)));
        } else {
            putBytes(to, key, List.of(new Vector(address, length)));
        }
    }

    /** Puts length, digest and beginning of bytes; null if they cannot all be read. */
    void putBytes(Payload to, String key, List<Vector> pieces) {
        if (pieces.stream().allMatch(this::isReadable)) {
            long length = pieces.stream().mapToLong(Vector::length).sum();
            to.object(key, Payload.ofBytes(length, digest(pieces), beginning(pieces)));
        } else {
            to.absent(key);
        }
    }

    /** Puts the bytes that vectors name, as {@link #putBytes}. */
    void putVectors(Payload to, String key, long address, long count) {
        vectors(address, count)
                .ifPresentOrElse(pieces -> putBytes(to, key, pieces), () -> to.absent(key));
    }

    private Optional<List<Vector>> vectors(long address, long count) {
        Vector list = new Vector(address, count * VECTOR_BYTES);
        if (count < 0 || count > VECTOR_LIMIT || !isReadable(list)) {
            return Optional.empty();
        }
        ByteBuffer words = ByteBuffer.wrap(bytes(address, list.length()));
        words.order(ByteOrder.LITTLE_ENDIAN);
        List<Vector> pieces = new ArrayList<>();
        while (words.hasRemaining()) {
            pieces.add(new Vector(words.getLong(), words.getLong()));
        }
        return Optional.of(pieces);
    }

    private boolean isReadable(Vector piece) {
        return piece.length() >= 0
                && memory.readableBytes(piece.address(), piece.length()) == piece.length();
    }

    /** Copies what is readable. Of nothing at all the address may be anything. */
    private void copy(long address, byte[] bytes, int offset, int length) {
        if (!memory.read(address, bytes, offset, length)) {
            throw new IllegalStateException("%d bytes at 0x%x".formatted(length, address));
        }
    }

    private long digest(List<Vector> pieces) {
        HashStream64 digest = Hashing.xxh3_64().hashStream();
        byte[] slice = new byte[SLICE_BYTES];
        for (Vector piece : pieces) {
            for (long at = 0; at < piece.length(); at += slice.length) {
                int size = (int) Math.min(slice.length, piece.length() - at);
                copy(piece.address() + at, slice, 0, size);
                digest.putBytes(slice, 0, size);
            }
        }
        return digest.getAsLong();
    }

    private byte[] beginning(List<Vector> pieces) {
        byte[] shown = new byte[Payload.SHOWN_BYTES];
        int size = 0;
        for (Vector piece : pieces) {
            int count = (int) Math.min(shown.length - size, piece.length());
            copy(piece.address(), shown, size, count);
            size += count;
        }
        return Arrays.copyOf(shown, size);
    }

    private byte[] bytes(long address, long length) {
        byte[] bytes = new byte[(int) length];
        copy(address, bytes, 0, bytes.length);
        return bytes;
    }
}
