package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The mappings through which changes reach files, by number. Every side numbers them alike; behind
 * a number stands, at the reference alone, a descriptor of the host.
 *
 * <p>There is one descriptor for each file, and it outlives the mappings for as long as the guest
 * has the file open: to close any descriptor of a file drops the locks that the process has on it.
 * Those of no more use are closed when the host is asked the next time for something like it, for
 * it must not be asked while a past is executed again.
 */
final class MappedFiles implements Portable {
    private static final long NO_DESCRIPTOR = -1;

    private final HostFiles files;
    private final Map<Integer, Integer> pageCounts = new HashMap<>();
    private int lastMapping;

    // What follows is known to the reference alone, and of no past.
    private final Map<FileStatus.Identity, Long> open = new HashMap<>();
    private final Map<Integer, Long> behind = new HashMap<>();

    MappedFiles(HostFiles files) {
        this.files = files;
    }

    @Override
    public void exchange(Fields fields) {
        lastMapping = fields.number("last_mapping", lastMapping, 0, Integer.MAX_VALUE);
    }

    /**
     * Takes note of which mapping each page belongs to, of all there are.
     *
     * @throws IllegalArgumentException if one was never added
     */
    void recount(IntStream mappings) {
        pageCounts.clear();
        mappings.forEach(mapping -> {
            if (mapping < 1 || mapping > lastMapping) {
                throw new IllegalArgumentException(
                        "mapping %d (expected: 1 to %d)".formatted(mapping, lastMapping));
            }
            addPage(mapping);
        });
    }

    /** Returns the number of a further mapping. */
    int add() {
        lastMapping++;
        return lastMapping;
    }

    void addPage(int mapping) {
        pageCounts.merge(mapping, 1, Integer::sum);
    }

    void removePage(int mapping) {
        pageCounts.computeIfPresent(mapping, (_, count) -> count == 1 ? null : count - 1);
    }

    /** Returns the host's descriptor behind a mapping, or one that the host does not know. */
    long host(int mapping) {
        return behind.getOrDefault(mapping, NO_DESCRIPTOR);
    }

    /**
     * Has a descriptor at hand for the mapping to be added next.
     *
     * @param host a descriptor of the file that can be read and written
     * @return the error number with which there is none, or 0
     */
    long prepare(int host) {
        closeUnused();
        FileStatus.Identity identity = FileStatus.of(files.kernel(), host).identity();
        Long known = open.get(identity);
        long found = known == null ? open(host) : known;
        if (Errno.isError(found)) {
            return found;
        }
        open.put(identity, found);
        behind.put(lastMapping + 1, found);
        return 0;
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

    /** Returns the mappings that there are, ascending, by the host's descriptor behind them. */
    Map<Integer, List<Integer>> byHost() {
        Map<Integer, List<Integer>> found = new LinkedHashMap<>();
        for (int mapping : mappings()) {
            found.computeIfAbsent((int) host(mapping), _ -> new ArrayList<>()).add(mapping);
        }
        return found;
    }

    /** Puts a descriptor of the host behind mappings. */
    void place(long host, List<Integer> mappings) {
        open.put(FileStatus.of(files.kernel(), host).identity(), host);
        mappings.forEach(mapping -> behind.put(mapping, host));
    }

    /** Returns the mappings that there are, ascending. */
    List<Integer> mappings() {
        return pageCounts.keySet().stream().sorted().toList();
    }

    /** Closes the files that the guest has neither mapped nor open. */
    void closeUnused() {
        behind.keySet().removeIf(mapping -> !pageCounts.containsKey(mapping));
        Set<Long> mapped = new HashSet<>(behind.values());
        if (!mapped.containsAll(open.values())) {
            Set<FileStatus.Identity> kept = files.descriptors().identities();
            open.entrySet()
                    .removeIf(file ->
                            !mapped.contains(file.getValue())
                                    && !kept.contains(file.getKey())
                                    && close(file.getValue()));
        }
    }

    private boolean close(long host) {
        return !Errno.isError(files.kernel().call(HostCall.CLOSE, host));
    }
}
