package dev.lockstep.cli.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * Writes a pair of event logs as two emulators of one console would: the same calls in each thread,
 * but other numbers of threads, other times, addresses and interleaving, and now and then an event
 * that only one of them has. Equal seeds give equal logs.
 */
final class GeneratedLogs {
    private static final int THREADS = 12;
    private static final int FIRST_CANARY_TID = 6;
    private static final int FIRST_OURS_TID = 1;
    private static final int BURST = 40;
    private static final String[] FUNCTIONS = {
        "NtReadFile",
        "NtWriteFile",
        "KeSetEvent",
        "RtlInitAnsiString",
        "XamInputGetState",
        "NtAllocateVirtualMemory",
        "RtlAllocateHeap",
        "NtQueryInformationFile",
        "VdSwap",
    };

    private final long seed;

    GeneratedLogs(long seed) {
        this.seed = seed;
    }

    /** Writes the log of one side, of at least so many events. */
    void write(Path file, boolean canary, long eventCount) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            new Side(out, canary).write(eventCount);
        }
    }

    /** One emulator at work. */
    private final class Side {
        private final Writer out;
        private final boolean canary;
        private final Random schedule;
        private final Random[] guests = new Random[THREADS];
        private final long[] indexes = new long[THREADS];
        private final long[] calls = new long[THREADS];
        private final StringBuilder line = new StringBuilder();
        private long hostNs = 1_000_000;

        Side(Writer out, boolean canary) {
            this.out = out;
            this.canary = canary;
            this.schedule = new Random(seed + (canary ? 1 : 2));
            for (int i = 0; i < THREADS; i++) {
                guests[i] = new Random(seed * THREADS + i);
            }
        }

        void write(long eventCount) throws IOException {
            String engine = canary ? "canary" : "ours";
            out.write(
                    "{\"kind\": \"schema_version\", \"schema_version\": 1, \"engine\": \"%s\"}\n"
                            .formatted(engine));
            long callsEach = eventCount / THREADS / 3 + 1;
            int unfinished = THREADS;
            while (unfinished > 0) {
                int thread = schedule.nextInt(THREADS);
                if (calls[thread] < callsEach) {
                    burst(thread, callsEach);
                    unfinished -= calls[thread] == callsEach ? 1 : 0;
                }
            }
        }

        private void burst(int thread, long callsEach) throws IOException {
            int count = 1 + schedule.nextInt(BURST);
            for (int i = 0; i < count && calls[thread] < callsEach; i++) {
                noise(thread);
                call(thread, calls[thread]++ == 0 ? "ThreadMain%03d".formatted(thread) : null);
            }
        }

        /** What only this emulator logs. */
        private void noise(int thread) throws IOException {
            if (schedule.nextInt(50) == 0) {
                begin(thread, "sema.release");
                line.append("\"count\": ").append(schedule.nextInt(4));
                end();
            }
        }

        private void call(int thread, @Nullable String first) throws IOException {
            Random guest = guests[thread];
            String name = first == null ? FUNCTIONS[guest.nextInt(FUNCTIONS.length)] : first;
            begin(thread, "import.call");
            name(name).append(", \"module\": \"xboxkrnl.exe\"");
            end();
            begin(thread, "kernel.call");
            name(name).append(", \"args\": {\"r3\": \"0x");
            line.append(Integer.toHexString(guest.nextInt() | 0x80000000)).append("\", \"size\": ");
            line.append(guest.nextInt(100_000)).append('}');
            end();
            begin(thread, "kernel.return");
            boolean allocates = name.contains("Allocate");
            int result = allocates ? schedule.nextInt() : guest.nextInt();
            name(name).append(", \"return_value\": ").append(Integer.toUnsignedString(result));
            line.append(", \"status\": \"0x");
            line.append(Integer.toHexString(result | 0x80000000)).append('"');
            end();
        }

        private StringBuilder name(String name) {
            return line.append("\"name\": \"").append(name).append('"');
        }

        private void begin(int thread, String kind) {
            hostNs += 100 + schedule.nextInt(900);
            line.setLength(0);
            line.append("{\"engine\": \"").append(canary ? "canary" : "ours");
            line.append("\", \"kind\": \"").append(kind).append("\", \"tid\": ");
            line.append(thread + (canary ? FIRST_CANARY_TID : FIRST_OURS_TID));
            line.append(", \"tid_event_idx\": ").append(indexes[thread]++);
            line.append(", \"guest_cycle\": ").append(hostNs * 3).append(", \"host_ns\": ");
            line.append(hostNs).append(", \"deterministic\": true, \"payload\": {");
        }

        private void end() throws IOException {
            out.append(line.append("}}\n"));
        }
    }
}
