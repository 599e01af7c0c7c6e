package dev.lockstep.cli.bench;

import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.json.JsonSyntaxException;
import dev.lockstep.server.json.JsonValue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One {@code lockstep diff} as a user would start it.
 *
 * @param report what it wrote as JSON
 * @param seconds from the start of the command to its end
 */
record DiffRun(JsonValue report, double seconds) {
    /** Compares two things that are equal under the profile. */
    static DiffRun of(
            BenchProcess process, List<String> kindAndOptions, String reference, String subject)
            throws IOException, InterruptedException {
        Path report = process.directory().resolve("diff.json");
        List<String> words = new ArrayList<>(List.of("diff"));
        words.addAll(kindAndOptions);
        words.addAll(List.of("--report", "json:" + report, reference, subject));
        BenchProcess.Ended ended = process.run(words);
        byte[] json = Files.readAllBytes(report);
        try {
            return new DiffRun(JsonReader.read(json, 0, json.length), ended.seconds());
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("the report is no JSON", e);
        }
    }

    /** Returns the command's resident memory at most, what it has mapped included. */
    long peakMib() {
        return number("peak_rss_bytes") >> 20;
    }

    /** Returns a number of the report. */
    long number(String... path) {
        JsonValue value = report;
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
