package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The descriptors of the guest. Behind each stands one of the host, with a number that the guest
 * never sees; flags, positions and locks are the host's business.
 */
final class Descriptors {
    /** How many a guest can have. */
    static final int LIMIT = 1024;

    private static final int STANDARD_INPUT = 0;
    private static final int STANDARD_ERROR = 2;

    private static final long CLOSE_ON_EXEC = 1;

    /** Above the standard streams, which stay where Java's own expect them. */
    static final long LOWEST_HOST = 3;

    private final HostKernel kernel;
    private final NavigableMap<Integer, OpenFile> open = new TreeMap<>();
    private int openings = STANDARD_ERROR + 1;

    private Descriptors(HostKernel kernel) {
        this.kernel = kernel;
    }

    /** Returns the standard streams of this process, as far as they are open. */
    static Descriptors ofStreams(HostKernel kernel) {
        Descriptors streams = new Descriptors(kernel);
        for (int i = STANDARD_INPUT; i <= STANDARD_ERROR; i++) {
            long copy = streams.copy(i, false);
            if (!Errno.isError(copy) && !streams.standsForClosed(i)) {
                streams.open.put(i, new OpenFile((int) copy, streams.kind(copy), i));
            }
        }
        return streams;
    }

    /** Returns no descriptors. */
    static Descriptors none(HostKernel kernel) {
        return new Descriptors(kernel);
    }

    /**
     * Puts what the host has opened behind free descriptors, which share it.
     *
     * @param host the host's descriptor
     * @param stream which standard stream of this process that is, or negative for none
     * @param shared which descriptors, with whether execve closes them
     * @return false if that many cannot be had; the rest is there
     */
    boolean place(int host, int stream, Map<Integer, Boolean> shared) {
        OpenFile file = new OpenFile(host, kind(host), stream < 0 ? openings++ : stream);
        boolean first = true;
        for (Map.Entry<Integer, Boolean> descriptor : shared.entrySet()) {
            long own = first ? host : copy(host, false);
            if (Errno.isError(own)) {
                return false;
            }
            first = false;
            open.put(descriptor.getKey(), file.withHost((int) own));
            kernel.call(
                    HostCall.FCNTL, own, Fcntl.SETFD, descriptor.getValue() ? CLOSE_ON_EXEC : 0);
        }
        return true;
    }

    /** Returns what is open by its opening, with the descriptors that share it, ascending. */
    Collection<NavigableMap<Integer, OpenFile>> openings() {
        Map<Integer, NavigableMap<Integer, OpenFile>> found = new LinkedHashMap<>();
        open.forEach((descriptor, file) ->
                found.computeIfAbsent(file.opening(), _ -> new TreeMap<>()).put(descriptor, file));
        return found.values();
    }

    // What the launcher puts in the place of a stream that was closed is of use in no direction.
    private boolean standsForClosed(int stream) {
        long access = kernel.call(HostCall.FCNTL, stream, Fcntl.GETFL) & OpenFlags.ACCESS;
        boolean useless =
                stream == STANDARD_INPUT ? access == OpenFlags.WRONLY : access == OpenFlags.RDONLY;
        return useless && FileStatus.of(kernel, stream).isNullDevice();
    }

    private OpenFile.Kind kind(long host) {
        boolean atHand = FileStatus.of(kernel, host).isAtHand();
        return atHand ? OpenFile.Kind.AT_HAND : OpenFile.Kind.REMOTE;
    }

    Optional<OpenFile> get(int descriptor) {
        return Optional.ofNullable(open.get(descriptor));
    }

    /** Returns whether a descriptor of the host stands for what only the guest moves. */
    boolean isOwnPipe(int host) {
        return open.values().stream()
                .anyMatch(file -> file.host() == host && file.kind() == OpenFile.Kind.OWN_PIPE);
    }

    /** Returns which files are open. */
    Set<FileStatus.Identity> identities() {
        return open.values().stream()
                .map(file -> FileStatus.of(kernel, file.host()).identity())
                .collect(Collectors.toSet());
    }

    /** Returns the host's descriptor, or one that the host does not know either. */
    long host(int descriptor) {
        return get(descriptor).map(OpenFile::host).orElse(-1);
    }

    /**
     * Gives what the host has opened the lowest free descriptor from {@code from} on.
     *
     * @param host the host's descriptor, or an error number, which is returned
     */
    long add(long host, int from) {
        return Errno.isError(host) ? host : add(host, kind(host), from);
    }

    /** The same for what is of a kind that is known. */
    long add(long host, OpenFile.Kind kind, int from) {
        return add(new OpenFile((int) host, kind, openings++), from);
    }

    /** Returns whether the guest can have no more. */
    boolean isFull() {
        return open.size() >= LIMIT;
    }

    /** Gives a file the lowest free descriptor from {@code from} on; closes it at the limit. */
    private long add(OpenFile file, int from) {
        int descriptor = from;
        while (open.containsKey(descriptor)) {
            descriptor++;
        }
        if (descriptor >= LIMIT) {
            kernel.call(HostCall.CLOSE, file.host());
            return Errno.EMFILE;
        }
        open.put(descriptor, file);
        return descriptor;
    }

    /** Duplicates to the lowest free descriptor from {@code from} on. */
    long duplicate(int descriptor, int from, boolean closeOnExec) {
        OpenFile file = open.get(descriptor);
        if (file == null) {
            return Errno.EBADF;
        }
        if (from < 0 || from >= LIMIT) {
            return Errno.EINVAL;
        }
        long copy = copy(file.host(), closeOnExec);
        return Errno.isError(copy) ? copy : add(file.withHost((int) copy), from);
    }

    /** Duplicates to {@code target}, closing what that was. */
    long duplicateTo(int descriptor, int target, boolean closeOnExec) {
        OpenFile file = open.get(descriptor);
        if (file == null || target < 0 || target >= LIMIT) {
            return Errno.EBADF;
        }
        long copy = copy(file.host(), closeOnExec);
        if (Errno.isError(copy)) {
            return copy;
        }
        close(target);
        open.put(target, file.withHost((int) copy));
        return target;
    }

    private long copy(int host, boolean closeOnExec) {
        long copy = kernel.call(HostCall.FCNTL, host, Fcntl.DUPFD_CLOEXEC, LOWEST_HOST);
        if (!Errno.isError(copy) && !closeOnExec) {
            kernel.call(HostCall.FCNTL, copy, Fcntl.SETFD, 0);
        }
        return copy;
    }

    long close(int descriptor) {
        OpenFile file = open.remove(descriptor);
        return file == null ? Errno.EBADF : kernel.call(HostCall.CLOSE, file.host());
    }

    /**
     * Closes all descriptors from {@code first} to {@code last}.
     *
     * @param onlyOnExec mark them to be closed by execve instead
     */
    void closeRange(long first, long last, boolean onlyOnExec) {
        for (int descriptor : List.copyOf(open.keySet())) {
            if (descriptor >= first && descriptor <= last) {
                if (onlyOnExec) {
                    setCloseOnExec(descriptor);
                } else {
                    close(descriptor);
                }
            }
        }
    }

    private void setCloseOnExec(int descriptor) {
        kernel.call(HostCall.FCNTL, host(descriptor), Fcntl.SETFD, CLOSE_ON_EXEC);
    }

    /** Returns whether execve would close what is behind a descriptor of the host. */
    boolean closesOnExec(int host) {
        return (kernel.call(HostCall.FCNTL, host, Fcntl.GETFD) & CLOSE_ON_EXEC) != 0;
    }
}
