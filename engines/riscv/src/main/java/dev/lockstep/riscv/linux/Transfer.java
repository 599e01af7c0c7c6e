package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Moves bytes between files of the host and guest memory. The host's kernel does it in place, so a
 * call of any size needs no memory of ours.
 */
final class Transfer {
    /** From this size on even a file on a disk may take its time. */
    static final long LARGE_BYTES = 1 << 20;

    /** Which of the host's calls move in one direction. */
    enum Direction {
        IN(HostCall.READ, HostCall.PREAD64, HostCall.READV, HostCall.PREADV),
        OUT(HostCall.WRITE, HostCall.PWRITE64, HostCall.WRITEV, HostCall.PWRITEV);

        private final HostCall plain;
        private final HostCall plainAt;
        private final HostCall vector;
        private final HostCall vectorAt;

        Direction(HostCall plain, HostCall plainAt, HostCall vector, HostCall vectorAt) {
            this.plain = plain;
            this.plainAt = plainAt;
            this.vector = vector;
            this.vectorAt = vectorAt;
        }

        HostCall hostCall(boolean single, boolean positioned) {
            if (single) {
                return positioned ? plainAt : plain;
            }
            return positioned ? vectorAt : vector;
        }
    }

    private final HostFiles files;
    private final SelfWait selfWait;
    private final HostCallListener listener;

    Transfer(HostFiles files, SelfWait selfWait, HostCallListener listener) {
        this.files = files;
        this.selfWait = selfWait;
        this.listener = listener;
    }

    /** Reads into guest memory; the answer has what came. */
    InputAnswer read(Call call, Vectors vectors, boolean positioned) {
        long count = move(call, vectors, Direction.IN, positioned);
        long length = Errno.isError(count) ? 0 : count;
        if (FileSources.fillPages(vectors.pieces(), length)) {
            int host = files.descriptors().get(call.intArgument(0)).orElseThrow().host();
            long offset = positioned ? call.argument(3) : files.sources().offset(host) - length;
            files.sources().filled(call.memory(), host, vectors.pieces(), length, offset);
        }
        return new InputAnswer(count, GuestContent.of(call.memory(), vectors.pieces(), length));
    }

    /**
     * Moves as much as the host will.
     *
     * @param positioned argument 3 is the position in the file
     */
    long move(Call call, Vectors vectors, Direction direction, boolean positioned) {
        if (vectors.error() != 0 || vectors.pieces().isEmpty()) {
            return vectors.error();
        }
        OpenFile file = files.descriptors().get(call.intArgument(0)).orElse(null);
        if (file == null) {
            return Errno.EBADF;
        }
        if (file.kind() == OpenFile.Kind.REMOTE || vectors.length() >= LARGE_BYTES) {
            listener.entered(call.number());
        }
        return file.kind() == OpenFile.Kind.OWN_PIPE
                ? moveThroughOwnPipe(call, file, vectors, direction, positioned)
                : move(call, file, vectors, direction, positioned);
    }

    /** Returns at once where the guest would wait for itself. */
    private long moveThroughOwnPipe(
            Call call, OpenFile file, Vectors vectors, Direction direction, boolean positioned) {
        HostKernel kernel = files.kernel();
        long flags = kernel.call(HostCall.FCNTL, file.host(), Fcntl.GETFL);
        if ((flags & OpenFlags.NONBLOCK) != 0) {
            return move(call, file, vectors, direction, positioned);
        }
        kernel.call(HostCall.FCNTL, file.host(), Fcntl.SETFL, flags | OpenFlags.NONBLOCK);
        long count = move(call, file, vectors, direction, positioned);
        kernel.call(HostCall.FCNTL, file.host(), Fcntl.SETFL, flags);
        boolean stopsShort =
                direction == Direction.OUT && !Errno.isError(count) && count < vectors.length();
        long refusal = count == Errno.EAGAIN || stopsShort ? selfWait.refuse() : 0;
        return count == Errno.EAGAIN ? refusal : count;
    }

    private long move(
            Call call, OpenFile file, Vectors vectors, Direction direction, boolean positioned) {
        List<Vector> pieces = vectors.pieces();
        boolean single = pieces.size() == 1;
        HostCall host = direction.hostCall(single, positioned);
        long position = positioned ? call.argument(3) : 0;
        if (single) {
            Vector piece = pieces.getFirst();
            long address = place(call.memory(), piece, direction);
            return files.kernel().call(host, file.host(), address, piece.length(), position);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(ValueLayout.JAVA_LONG, 2L * pieces.size());
            for (int i = 0; i < pieces.size(); i++) {
                long address = place(call.memory(), pieces.get(i), direction);
                list.setAtIndex(ValueLayout.JAVA_LONG, 2L * i, address);
                list.setAtIndex(ValueLayout.JAVA_LONG, 2L * i + 1, pieces.get(i).length());
            }
            return files.kernel().call(host, file.host(), list.address(), pieces.size(), position);
        }
    }

    private static long place(GuestMemory memory, Vector piece, Direction direction) {
        return direction == Direction.IN
                ? memory.hostAddressToFill(piece.address(), piece.length())
                : memory.hostAddress(piece.address());
    }
}
