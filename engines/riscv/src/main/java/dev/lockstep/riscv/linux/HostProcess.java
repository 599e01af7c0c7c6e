package dev.lockstep.riscv.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the process that hosts the guest is on its system, as /proc tells it. */
final class HostProcess {
    private HostProcess() {}

    /** User and group ids: real, effective, saved, of the file system. */
    static List<Integer> userIds() {
        return statusNumbers("Uid:");
    }

    static List<Integer> groupIds() {
        return statusNumbers("Gid:");
    }

    private static List<Integer> statusNumbers(String name) {
        return lines("/proc/self/status")
                .filter(line -> line.startsWith(name))
                .flatMap(line -> Stream.of(line.substring(name.length()).strip().split("\\s+")))
                .map(Integer::valueOf)
                .toList();
    }

    /** Returns the descriptors that an epoll watches; none for any other descriptor. */
    static List<Integer> watchedBy(long epoll) {
        return lines("/proc/self/fdinfo/" + epoll)
                .filter(line -> line.startsWith("tfd:"))
                .map(line -> Integer.valueOf(line.substring(4).strip().split("\\s+")[0]))
                .toList();
    }

    /** Returns whether this process holds a lock or lease through one of its descriptors. */
    static boolean holdsLocks(long descriptor) {
        return lines("/proc/self/fdinfo/" + descriptor).anyMatch(line -> line.startsWith("lock:"));
    }

    /** Returns what is not permitted of new files; to ask the kernel would be to change it. */
    static int umask() {
        return lines("/proc/self/status")
                .filter(line -> line.startsWith("Umask:"))
                .map(line -> Integer.parseInt(line.substring("Umask:".length()).strip(), 8))
                .findFirst()
                .orElseThrow();
    }

    /** Returns whether standard input is a file, which can be found again. */
    static boolean hasInputFile() {
        return Files.isRegularFile(Path.of("/proc/self/fd/0"));
    }

    /** Returns the text of a one-line file under /proc/sys/kernel. */
    static String kernel(String name) {
        return lines("/proc/sys/kernel/" + name).findFirst().orElse("");
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
