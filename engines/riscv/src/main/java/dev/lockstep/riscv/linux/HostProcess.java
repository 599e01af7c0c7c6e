package dev.lockstep.riscv.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the process that hosts the guest is on its system, as /proc tells it. */
final class HostProcess {
    private static final int LARGEFILE = 0100000;

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

    /** Returns the open flags of one of the process's descriptors. */
    static int fileFlags(int descriptor) throws IOException {
        String name = "flags:";
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + descriptor)).stream()
                .filter(line -> line.startsWith(name))
                .mapToInt(line -> Integer.parseInt(line.substring(name.length()).strip(), 8))
                .map(flags -> flags & ~LARGEFILE)
                .findFirst()
                .orElse(OpenFile.READ_WRITE);
    }

    /**
     * Returns soft and hard limit of a resource by its name in /proc/self/limits; -1 is unlimited.
     */
    static Optional<long[]> limit(String name) {
        return lines("/proc/self/limits")
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().split("\\s+"))
                .map(columns -> new long[] {limitValue(columns[0]), limitValue(columns[1])})
                .findFirst();
    }

    private static long limitValue(String text) {
        return text.equals("unlimited") ? -1 : Long.parseLong(text);
    }

    /** Returns the text of a one-line file under /proc/sys/kernel. */
    static String kernel(String name) {
        return lines("/proc/sys/kernel/" + name).findFirst().orElse("");
    }

    /** Returns the value of a line of /proc/meminfo in bytes; 0 when there is none. */
    static long memoryBytes(String name) {
        return lines("/proc/meminfo")
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    static Duration uptime() {
        String seconds = lines("/proc/uptime").findFirst().orElse("0").split(" ", 2)[0];
        return Duration.ofMillis((long) (Double.parseDouble(seconds) * 1000));
    }

    static Duration cpuTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static Stream<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file)).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
