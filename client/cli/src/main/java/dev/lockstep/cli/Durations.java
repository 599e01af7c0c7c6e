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

    /** As of the services. A few hundred times that, in nanoseconds, would be no number. */
    private static final Duration LONGEST = Duration.ofDays(365);

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
        Duration duration = duration(amount, matcher.group(2));
        if (duration.compareTo(LONGEST) > 0) {
            throw new ConfigException(
                    "'%s' is too long (expected: at most %dh, a year)"
                            .formatted(text, LONGEST.toHours()));
        }
        return duration;
    }

    private static Duration duration(long amount, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofSeconds(amount);
        };
    }
}
