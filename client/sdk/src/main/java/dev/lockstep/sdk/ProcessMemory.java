package dev.lockstep.sdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this process takes of the machine's memory. */
public final class ProcessMemory {
    private static final String PEAK = "VmHWM:";
    private static final long KIB = 1024;

    private ProcessMemory() {}

    /**
     * Returns how many bytes were resident at most, mapped files included; 0 where the host does
     * not say. Call from any thread.
     */
    public static long peakBytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
