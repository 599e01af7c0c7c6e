package dev.lockstep.cli.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes a pair of states as two emulators of one console would dump them: the same objects in the
 * kernel, but under other handles and, here and there, in another order. Equal seeds give equal
 * states.
 */
final class GeneratedStates {
    private static final String[] TYPES = {"File", "Thread", "Semaphore", "Event", "Mutant"};
    private static final int MOST_WAITERS = 4;

    private final long seed;

    GeneratedStates(long seed) {
        this.seed = seed;
    }

    /** Writes the state of one side, whose kernel has at least so many bytes. */
    void write(Path directory, boolean canary, long kernelBytes) throws IOException {
        Files.createDirectories(directory);
        String head =
                "{\"schema_version\": 1, \"engine\": \"%s\"".formatted(canary ? "canary" : "ours");
        write(directory, "cpu_state.json", head + ", \"pc\": 2181038080, \"threads\": []}");
        write(directory, "config.json", head + ", \"xex_entry_point\": 2181038080}");
        write(directory, "memory.json", head + ", \"regions\": []}");
        write(directory, "vfs.json", head + ", \"mounts\": []}");
        try (BufferedWriter out = Files.newBufferedWriter(directory.resolve("kernel.json"))) {
            out.write(head + ", \"objects\": [");
            new Kernel(out, canary).write(kernelBytes);
            out.write("]}");
        }
    }

    private static void write(Path directory, String name, String json) throws IOException {
        Files.writeString(directory.resolve(name), json);
    }

    /** The objects of one emulator's kernel. */
    private final class Kernel {
        private final Writer out;
        private final boolean canary;
        private final Random objects = new Random(seed);
        private final Random order = new Random(seed + 1);
        private long written;
        private long count;

        Kernel(Writer out, boolean canary) {
            this.out = out;
            this.canary = canary;
        }

        void write(long bytes) throws IOException {
            while (written < bytes) {
                String one = object();
                String other = object();
                boolean swapped = order.nextInt(10) == 0 && !canary;
                add(swapped ? other : one);
                add(swapped ? one : other);
            }
        }

        private void add(String object) throws IOException {
            if (written > 0) {
                out.write(",\n");
            }
            out.write(object);
            written += object.length() + 2;
        }

        private String object() {
            StringBuilder json = new StringBuilder();
            json.append("{\"handle_semantic_id\": \"").append(hex(objects.nextLong()));
            json.append("\", \"object_type\": \"").append(TYPES[objects.nextInt(TYPES.length)]);
            json.append("\", \"raw_handle_id\": \"0x");
            // As long on both sides, so that both have as many objects.
            json.append("%08x".formatted((canary ? 0xf8000000L : 0x1000) + 4 * count++));
            json.append("\", \"ref_count\": ").append(1 + objects.nextInt(3));
            json.append(", \"details\": {\"state\": \"signaled\", \"count\": ");
            json.append(objects.nextInt(100)).append(", \"payload_sha256\": \"");
            for (int i = 0; i < 4; i++) {
                json.append(hex(objects.nextLong()));
            }
            json.append("\", \"waiters\": [").append(objects.nextInt(1000));
            for (int i = objects.nextInt(MOST_WAITERS); i > 0; i--) {
                json.append(", ").append(objects.nextInt(1000));
            }
            return json.append("]}}").toString();
        }

        private static String hex(long value) {
            return "%016x".formatted(value);
        }
    }
}
