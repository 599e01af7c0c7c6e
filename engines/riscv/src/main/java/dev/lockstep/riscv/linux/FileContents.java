package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.host.FileContent;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What files of the host hold, each read once as long as it does not change. Thread-safe, but for
 * what asks the guest's kernel.
 */
final class FileContents {
    /** So many are remembered; beyond it the oldest are forgotten, and read again. */
    private static final int MAX_REMEMBERED = 4096;

    /** The guest's call that stands for reading all of a file, which may take long. */
    static final long PREAD64 = 67;

    /** A file that changed a moment ago may change again without its times telling. */
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private final Map<FileStatus.Version, FileContent> remembered = new LinkedHashMap<>();

    // To close any descriptor of a file drops the locks that the process has on it, so they are
    // only closed where it is known that there are none.
    private final List<Long> notNeeded = new ArrayList<>();

    synchronized Optional<FileContent> find(FileStatus.Version version) {
        return Optional.ofNullable(remembered.get(version));
    }

    private synchronized void remember(FileStatus.Version version, FileContent content) {
        if (remembered.size() == MAX_REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
        remembered.put(version, content);
    }

    /**
     * Reads a file.
     *
     * @param host a descriptor of the host that can be read
     * @param name what to call it in messages
     * @throws StateException if it cannot be read, or changes meanwhile
     */
    FileContent read(HostKernel kernel, long host, String name) throws InterruptedException {
        FileStatus before = FileStatus.of(kernel, host);
        Instant start = Instant.now();
        FileContent content =
                FileContent.read(FileContent.behind(kernel, host), before.size(), name);
        if (!FileStatus.of(kernel, host).version().equals(before.version())) {
            throw new StateException(
                    name + " has changed while it was read (expected: as it was); try again");
        }
        if (before.changed().plus(SETTLING).isBefore(start)) {
            remember(before.version(), content);
        }
        return content;
    }

    /**
     * Opens what a descriptor of the host stands for once more, to be read.
     *
     * @param host a descriptor of the host
     * @throws StateException if it cannot be opened
     */
    static long openAnew(HostKernel kernel, long host, String name) {
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom("/proc/self/fd/" + host).address();
            long opened = kernel.call(HostCall.OPENAT, HostFiles.AT_FDCWD, path, OpenFlags.CLOEXEC);
            if (Errno.isError(opened)) {
                throw new StateException(
                        "%s cannot be read: error %d (expected: a file that can be opened)"
                                .formatted(name, -opened));
            }
            return opened;
        }
    }

    /** Takes back what {@link #openAnew} opened; it is closed later. */
    synchronized void giveBack(List<Long> hosts) {
        notNeeded.addAll(hosts);
    }

    /** Closes what was given back. Belongs where the process has no locks. */
    synchronized void closeNotNeeded(HostKernel kernel) {
        notNeeded.forEach(host -> kernel.call(HostCall.CLOSE, host));
        notNeeded.clear();
    }
}
