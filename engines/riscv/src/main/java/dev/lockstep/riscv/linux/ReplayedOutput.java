package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.linux.Vectors.Vector;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows in a replay, where nobody performs the guest's calls, what it writes to the standard output
 * and error of this process. Follows which of its descriptors lead there.
 */
final class ReplayedOutput {
    private static final int WRITE = 64;
    private static final int WRITEV = 66;
    private static final int DUP = 23;
    private static final int DUP3 = 24;
    private static final int FCNTL = 25;
    private static final int CLOSE = 57;
    private static final int CLOSE_RANGE = 436;

    private static final int CLOSE_RANGE_CLOEXEC = 4;

    /** How much of a long output is shown at once. */
    private static final int SLICE_BYTES = 64 << 10;

    /** The guest's descriptors that lead to a stream of this process; as many as it may have. */
    private final Map<Integer, OutputStream> streams = new HashMap<>();

    private final OutputStream out;
    private final OutputStream err;
    private final HostCallListener listener;

    /**
     * @param listener hears that somebody may be slow to read
     * @param out where the guest's standard output leads; closed by nobody
     * @param err the same of its standard error
     */
    ReplayedOutput(HostCallListener listener, OutputStream out, OutputStream err) {
        this.listener = listener;
        this.out = out;
        this.err = err;
        streams.put(1, out);
        streams.put(2, err);
    }

    /** Goes on from a state: these are the files that were open then. */
    void goOnWith(List<LinuxWorld.Open> open) {
        streams.clear();
        for (LinuxWorld.Open file : open) {
            switch (file.kind()) {
                case STDOUT -> file.descriptors().forEach(it -> streams.put(it.number(), out));
                case STDERR -> file.descriptors().forEach(it -> streams.put(it.number(), err));
                case STDIN, FILE, DIRECTORY, DEVICE, PLACE -> {}
            }
        }
    }

    /** Takes note of a call that did not write, and of its recorded result. */
    void follow(Call call, long result) {
        if (Errno.isError(result)) {
            return;
        }
        int first = call.intArgument(0);
        switch (call.number()) {
            case DUP -> copy(first, (int) result);
            case DUP3 -> copy(first, call.intArgument(1));
            case FCNTL -> {
                int command = call.intArgument(1);
                if (command == Fcntl.DUPFD || command == Fcntl.DUPFD_CLOEXEC) {
                    copy(first, (int) result);
                }
            }
            case CLOSE -> streams.remove(first);
            case CLOSE_RANGE -> {
                if ((call.intArgument(2) & CLOSE_RANGE_CLOEXEC) == 0) {
                    streams.keySet().removeIf(it -> isWithin(it, first, call.intArgument(1)));
                }
            }
            default -> {}
        }
    }

    private static boolean isWithin(int descriptor, int first, int last) {
        return Integer.compareUnsigned(descriptor, first) >= 0
                && Integer.compareUnsigned(descriptor, last) <= 0;
    }

    private void copy(int from, int to) {
        OutputStream stream = streams.get(from);
        if (stream == null) {
            streams.remove(to);
        } else {
            streams.put(to, stream);
        }
    }

    /**
     * Shows what a call wrote, if that went to this process's streams.
     *
     * @param pieces what it had to write
     * @param written how much of it was written, or an error
     */
    void write(Call call, List<Vector> pieces, long written) {
        OutputStream stream = streams.get(call.intArgument(0));
        boolean writes = call.number() == WRITE || call.number() == WRITEV;
        if (stream == null || !writes) {
            return;
        }
        listener.entered(call.number());
        long left = Errno.isError(written) ? 0 : written;
        try {
            for (Vector piece : pieces) {
                long size = Math.min(left, piece.length());
                write(stream, call, piece.address(), size);
                left -= size;
            }
        } catch (IOException e) {
            // Nobody reads it any more. The guest is not to hear of it: it did not then.
        }
    }

    private static void write(OutputStream stream, Call call, long address, long size)
            throws IOException {
        byte[] slice = new byte[(int) Math.min(size, SLICE_BYTES)];
        for (long at = 0; at < size; at += slice.length) {
            int length = (int) Math.min(slice.length, size - at);
            call.memory().peek(address + at, slice, 0, length);
            stream.write(slice, 0, length);
        }
    }
}
