package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import picocli.CommandLine.ITypeConverter;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads durations as people type them: {@code 500ms}, {@code 60s}, {@code 5m}, {@code 2h}; a bare
 * number is seconds.
 */
final class Durations implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new ConfigException(
                    "'"
                            + text
                            + "' is not a duration (expected: a number with ms, s, m or h, as in"
                            + " 60s)");
        }
        long amount = Long.parseLong(matcher.group(1));
        if (amount == 0) {
            throw new ConfigException("'" + text + "' is no time at all (expected: more than 0)");
        }
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
