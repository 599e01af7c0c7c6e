package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that whole pages of guest memory were read from; known to the reference alone, and of
 * no past.
 *
 * <p>They stay open until the process ends: to close any descriptor of a file drops the locks that
 * the process has on it.
 */
final class FileSources {
    /** How many there are at most; of further files it is not told where pages came from. */
    private static final int MAX_FILES = 64;

    private static final long FROM_HERE = 1;

    private final HostFiles files;
    private final Map<FileStatus.Identity, Optional<FileSource>> sources = new HashMap<>();

    FileSources(HostFiles files) {
        this.files = files;
    }

    /** Returns whether the first {@code length} bytes of the pieces have a whole page in them. */
    static boolean fillPages(List<Vector> pieces, long length) {
        long rest = length;
        for (Vector piece : pieces) {
            long end = piece.address() + Math.min(rest, piece.length());
            if (AddressSpace.pageUp(piece.address()) + PAGE_BYTES <= end) {
                return true;
            }
            rest -= Math.min(rest, piece.length());
        }
        return false;
    }

    /** Returns the offset of a descriptor of the host; negative for what has none. */
    long offset(long host) {
        return files.kernel().call(HostCall.LSEEK, host, 0, FROM_HERE);
    }

    /**
     * Tells the memory what it was filled from, if that is a file.
     *
     * @param length how much of the pieces was filled
     * @param offset of the first byte in the file; negative for what has none
     */
    void filled(GuestMemory memory, long host, List<Vector> pieces, long length, long offset) {
        if (offset >= 0 && fillPages(pieces, length)) {
            source(host)
                    .ifPresent(source -> {
                        long done = 0;
                        for (Vector piece : pieces) {
                            long part = Math.min(length - done, piece.length());
                            memory.fills().filled(piece.address(), part, source, offset + done);
                            done += part;
                        }
                    });
        }
    }

    private Optional<FileSource> source(long host) {
        FileStatus status = FileStatus.of(files.kernel(), host);
        Optional<FileSource> known = sources.get(status.identity());
        if (known != null) {
            return known;
        }
        if (!status.isRegular() || status.size() == 0 || sources.size() == MAX_FILES) {
            return Optional.empty();
        }
        Optional<FileSource> opened = open(host);
        sources.put(status.identity(), opened);
        return opened;
    }

    // Opened anew, for a lock of flock would outlive the guest's descriptor otherwise.
    private Optional<FileSource> open(long host) {
        HostKernel kernel = files.kernel();
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom("/proc/self/fd/" + host).address();
            long opened = kernel.call(HostCall.OPENAT, HostFiles.AT_FDCWD, path, OpenFlags.CLOEXEC);
            String name = new String(files.name(host), StandardCharsets.UTF_8);
            return Errno.isError(opened)
                    ? Optional.empty()
                    : Optional.of(new FileSource(name, opened));
        }
    }
}
