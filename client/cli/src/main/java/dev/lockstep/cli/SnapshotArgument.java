package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import picocli.CommandLine.ITypeConverter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SNAPSHOT as typed: a number, and perhaps an engine's name behind a slash.
 *
 * @param engine empty for the reference
 */
record SnapshotArgument(long id, String engine) {
    private static final Pattern PATTERN = Pattern.compile("([0-9]{1,18})(?:/([A-Za-z0-9._-]+))?");

    /** Reads it. */
    static final class Converter implements ITypeConverter<SnapshotArgument> {
        @Override
        public SnapshotArgument convert(String text) {
            Matcher matcher = PATTERN.matcher(text);
            if (!matcher.matches()) {
                throw new ConfigException(
                        "'%s' is no snapshot (expected: a number, or NUMBER/ENGINE; 'lockstep snapshot list' shows them)"
                                .formatted(text));
            }
            String engine = matcher.group(2);
            return new SnapshotArgument(
                    Long.parseLong(matcher.group(1)), engine == null ? "" : engine);
        }
    }

    @Override
    public String toString() {
        return engine.isEmpty() ? Long.toString(id) : id + "/" + engine;
    }
}
