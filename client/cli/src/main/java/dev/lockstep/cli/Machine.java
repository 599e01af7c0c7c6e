package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says on what, and on how much of it, something was measured. */
final class Machine {
    private Machine() {}

    /** Returns one line; the CPUs are those this process may use, and all it starts. */
    static String text() throws IOException {
        return "%s, CPUs %s, load %s, %s %s, JDK %s"
                .formatted(
                        value("/proc/cpuinfo", "model name"),
                        value("/proc/self/status", "Cpus_allowed_list"),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0],
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.version());
    }

    private static String value(String file, String key) throws IOException {
        return Files.readAllLines(Path.of(file)).stream()
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
