package dev.lockstep.cli.bench;

import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One {@code lockstep diff events} as a user would start it.
 *
 * @param events of both logs
 * @param seconds from the start of the command to its end
 * @param peakMib the command's resident memory at most, its index included
 */
record EventDiffRun(long events, double seconds, long peakMib) {
    /** Compares two logs that are equal under the profile. */
    static EventDiffRun of(BenchProcess process, String profile, Path reference, Path subject)
            throws IOException, InterruptedException {
        Path report = process.directory().resolve("diff.json");
        BenchProcess.Ended ended =
                process.run(
                        List.of(
                                "diff",
                                "events",
                                "--profile",
                                profile,
                                "--temp-dir",
                                process.directory().toString(),
                                "--report",
                                "json:" + report,
                                reference.toString(),
                                subject.toString()));
        byte[] json = Files.readAllBytes(report);
        try {
            JsonValue document = JsonReader.read(json, 0, json.length);
            return new EventDiffRun(
                    number(document, "reference", "events") + number(document, "subject", "events"),
                    ended.seconds(),
                    number(document, "peak_rss_bytes") >> 20);
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("the report is no JSON", e);
        }
    }

    private static long number(JsonValue document, String... path) {
        JsonValue value = document;
        for (String key : path) {
            value =
                    value instanceof JsonValue.Struct(var members)
                            ? members.getOrDefault(key, JsonValue.Null.VALUE)
                            : JsonValue.Null.VALUE;
        }
        if (value instanceof JsonValue.Int(var number)) {
            return number.longValueExact();
        }
        throw new IllegalStateException("the report has no number at " + String.join(".", path));
    }
}
