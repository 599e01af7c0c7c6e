package dev.lockstep.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says on what, and on how much of it, something was measured. */
public final class Machine {
    private Machine() {}

    /** Returns one line; the CPUs are those this process may use, and all it starts. */
    public static String text() throws IOException {
        return "%s, CPUs %s, load %s, %s %s, JDK %s"
                .formatted(
                        value("/proc/cpuinfo", "model name"),
                        allowedCpus(),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.version());
    }

    /** Returns the number of the first CPU that this process may use. */
    static int firstCpu() throws IOException {
        return Integer.parseInt(allowedCpus().split("[,-]")[0]);
    }

    private static String allowedCpus() throws IOException {
        return value("/proc/self/status", "Cpus_allowed_list");
    }

    private static String value(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
