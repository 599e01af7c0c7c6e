package dev.lockstep.server.diff.events;

import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Compares logs for tests. */
final class Verdicts {
    static final String HEADER = "{\"kind\":\"schema_version\",\"schema_version\":1}";

    private Verdicts() {}

    static EventDiffResult of(Path reference, Path subject, DiffRequest request)
            throws IOException, InterruptedException {
        Path temporary = request.temporaryDirectory();
        try (LogText left = LogText.open(reference, temporary);
                LogText right = LogText.open(subject, temporary)) {
            return new EventDiff(request, new DiffProgress()).compare(left, right);
        }
    }

    /** Compares logs of these events, without their headers. */
    static EventDiffResult of(
            List<String> reference, List<String> subject, EventProfile profile, Path directory)
            throws IOException, InterruptedException {
        return of(
                log(directory.resolve("reference.jsonl"), reference),
                log(directory.resolve("subject.jsonl"), subject),
                new DiffRequest(profile, Optional.empty(), 100, directory, _ -> {}));
    }

    static Path log(Path file, List<String> events) throws IOException {
        String text = HEADER + "\n" + String.join("\n", events) + (events.isEmpty() ? "" : "\n");
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /** Returns a line of a log; {@code payload} is JSON. */
    static String event(long tid, long index, String kind, String payload) {
        return "{\"tid\":%d,\"tid_event_idx\":%d,\"kind\":\"%s\",\"payload\":%s}"
                .formatted(tid, index, kind, payload);
    }

    /** Returns a profile that is written out. */
    static EventProfile profile(String yaml) {
        return EventProfiles.read("test.yaml", yaml.getBytes(StandardCharsets.UTF_8));
    }
}
