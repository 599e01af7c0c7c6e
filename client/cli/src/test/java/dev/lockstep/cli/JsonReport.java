package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what tests want to know out of a report; it knows how the report is laid out. */
record JsonReport(String text) {
    private static final Pattern END =
            Pattern.compile(
                    "\"exit\": \\{\\s*\"reason\": \"?(\\w+)\"?,\\s*\"status\": (\\w+)\\s*}");

    static JsonReport read(Path file) throws IOException {
        return new JsonReport(Files.readString(file));
    }

    /** Returns how the guest ended on each engine, as in {@code exited 0}. */
    List<String> ends() {
        return END.matcher(text).results().map(end -> end.group(1) + " " + end.group(2)).toList();
    }

    /** Returns the first number that has this key. */
    long number(String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\": (-?\\d+)").matcher(text);
        assertThat(matcher.find()).as(key).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** Returns all numbers that have this key, in order. */
    List<Long> numbers(String key) {
        return Pattern.compile("\"" + key + "\": (-?\\d+)")
                .matcher(text)
                .results()
                .map((MatchResult found) -> Long.parseLong(found.group(1)))
                .toList();
    }

    /** Returns the instructions of the first divergence, one per line. */
    List<String> disassembly() {
        Matcher matcher =
                Pattern.compile("\"disassembly\": \\[([^]]*)]", Pattern.DOTALL).matcher(text);
        assertThat(matcher.find()).as("disassembly").isTrue();
        return Pattern.compile("\"([^\"]*)\"")
                .matcher(matcher.group(1))
                .results()
                .map((MatchResult line) -> line.group(1))
                .toList();
    }
}
