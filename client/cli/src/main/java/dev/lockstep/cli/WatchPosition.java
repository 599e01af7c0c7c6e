package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import picocli.CommandLine.ITypeConverter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the events of one server: right after the event with this number.
 *
 * @param server the server's id; empty for whichever is there
 * @param number 0 for the start
 */
record WatchPosition(String server, long number) {
    private static final Pattern FORM = Pattern.compile("(?:([^:\\s]+):)?(\\d{1,18})");

    boolean isStart() {
        return number == 0;
    }

    /** Returns the form that {@code --from} takes. */
    @Override
    public String toString() {
        return (server.isEmpty() ? "" : server + ":") + number;
    }

    /** Reads what {@code --from} was given. */
    static final class Converter implements ITypeConverter<WatchPosition> {
        @Override
        public WatchPosition convert(String text) {
            Matcher matcher = FORM.matcher(text);
            if (!matcher.matches()) {
                throw new ConfigException(
                        "'"
                                + text
                                + "' is not a position (expected: a number that 'lockstep watch'"
                                + " showed, as in 17)");
            }
            String server = matcher.group(1);
            return new WatchPosition(
                    server == null ? "" : server, Long.parseLong(matcher.group(2)));
        }
    }
}
