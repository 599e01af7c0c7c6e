package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The host's descriptors through which changed mappings reach their files. There is one for each
 * file, and it outlives the mappings for as long as the guest has the file open: to close any
 * descriptor of a file drops the locks that the process has on it.
 */
final class MappedFiles {
    private final HostFiles files;
    private final Map<FileStatus.Identity, MappedFile> open = new HashMap<>();

    MappedFiles(HostFiles files) {
        this.files = files;
    }

    /** A file of which pages are mapped. */
    static final class MappedFile {
        private final long host;
        private int pageCount;

        private MappedFile(long host) {
            this.host = host;
        }

        /** Returns what stands for a file on a subject, which never writes. */
        static MappedFile ofSubject() {
            return new MappedFile(-1);
        }

        /** Returns the host's descriptor, or the error number with which there is none. */
        long host() {
            return host;
        }

        void addPage() {
            pageCount++;
        }

        void removePage() {
            pageCount--;
        }
    }

    /** Returns the file behind a descriptor of the host, one that can be read and written. */
    MappedFile of(int host) {
        FileStatus.Identity identity = FileStatus.of(files.kernel(), host).identity();
        MappedFile known = open.get(identity);
        if (known != null) {
            return known;
        }
        MappedFile opened = new MappedFile(open(host));
        if (!Errno.isError(opened.host())) {
            open.put(identity, opened);
        }
        return opened;
    }

    // Opened anew, since a write through a descriptor that appends goes to the end of the file.
    private long open(int host) {
        HostKernel kernel = files.kernel();
        try (Arena arena = Arena.ofConfined()) {
            long path = arena.allocateFrom("/proc/self/fd/" + host).address();
            long flags = OpenFlags.RDWR | OpenFlags.CLOEXEC;
            long opened = kernel.call(HostCall.OPENAT, HostFiles.AT_FDCWD, path, flags);
            boolean appends =
                    (kernel.call(HostCall.FCNTL, host, Fcntl.GETFL) & OpenFlags.APPEND) != 0;
            return Errno.isError(opened) && !appends
                    ? kernel.call(HostCall.FCNTL, host, Fcntl.DUPFD_CLOEXEC, 0)
                    : opened;
        }
    }

    /** Closes the files that the guest has neither mapped nor open. */
    void closeUnused() {
        if (open.values().stream().anyMatch(file -> file.pageCount == 0)) {
            Set<FileStatus.Identity> kept = files.descriptors().identities();
            open.entrySet()
                    .removeIf(entry ->
                            entry.getValue().pageCount == 0
                                    && !kept.contains(entry.getKey())
                                    && close(entry.getValue()));
        }
    }

    private boolean close(MappedFile file) {
        return !Errno.isError(files.kernel().call(HostCall.CLOSE, file.host()));
    }
}
