package dev.lockstep.server.json;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Lines as event logs have them, from a seed. */
final class RandomLines {
    private static final String[] KINDS = {
        "import.call", "kernel.call", "kernel.return", "handle.create", "wait.begin", "sema.release"
    };
    private static final String[] FUNCTIONS = {
        "NtWriteFile", "RtlEnterCriticalSection", "KeWaitForSingleObject", "MmGetPhysicalAddress"
    };

    private final Random chance;
    private int index;

    RandomLines(long seed) {
        chance = new Random(seed);
    }

    byte[] next() {
        return """
        {"engine": "canary", "kind": "%s", "tid": %d, "tid_event_idx": %d, \
        "guest_cycle": %d, "host_ns": %d, "deterministic": %s, "payload": %s}\
        """
                .formatted(
                        pick(KINDS),
                        chance.nextInt(20),
                        index++,
                        index * 100L + chance.nextInt(100),
                        1_000_000_000L + index * 977L,
                        chance.nextBoolean(),
                        payload())
                .getBytes(StandardCharsets.UTF_8);
    }

    private String payload() {
        String name = pick(FUNCTIONS);
        return switch (chance.nextInt(4)) {
            case 0 -> "{\"name\": \"%s\", \"module\": \"xboxkrnl.exe\"}".formatted(name);
            case 1 ->
                    "{\"name\": \"%s\", \"return_value\": %d, \"status\": \"0x%08x\"}"
                            .formatted(name, chance.nextInt(5), chance.nextInt());
            case 2 ->
                    "{\"handle_semantic_id\": \"%016x\", \"raw_handle_id\": \"0x%x\", \"object_type\": %d}"
                            .formatted(chance.nextLong(), chance.nextInt(), chance.nextInt(9));
            default ->
                    "{\"name\": \"%s\", \"args\": {\"r3\": \"0x%08x\", \"r4\": %d, \"n\": true}, \"list\": [1, null]}"
                            .formatted(name, chance.nextInt(), chance.nextInt());
        };
    }

    private String pick(String[] words) {
        return words[chance.nextInt(words.length)];
    }
}
