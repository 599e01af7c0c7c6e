package dev.lockstep.cli.report;

import dev.lockstep.server.run.ConfigException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * All {@code --report FORMAT:FILE} of one command.
 *
 * @param <A> what is reported
 */
public final class ReportFiles<A> {
    private static final String OPTION = "--report ";

    private final List<Target<A>> targets = new ArrayList<>();

    /** A form in which something can be reported. */
    public interface Format<A> {
        /** Returns the report. */
        String write(A account);

        /** Returns the name of the form for options. */
        String text();
    }

    /**
     * Returns the form with this name.
     *
     * @throws ConfigException if there is none
     */
    public static <F extends Format<?>> F parse(String name, F[] formats) {
        return Arrays.stream(formats)
                .filter(format -> format.text().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new ConfigException(
                                "unknown format '%s' (expected: one of %s)"
                                        .formatted(name, names(formats))));
    }

    private static String names(Format<?>[] formats) {
        return Arrays.stream(formats).map(Format::text).collect(Collectors.joining(", "));
    }

    private record Target<A>(Format<A> format, ReportFile file) {}

    private ReportFiles() {}

    /**
     * Returns all targets, which can be written.
     *
     * @param formats returns the format of a name, or throws ConfigException
     * @throws ConfigException if a format is unknown or a file cannot be written
     */
    public static <A> ReportFiles<A> open(
            List<String> targets, Function<String, ? extends Format<A>> formats) {
        ReportFiles<A> opened = new ReportFiles<>();
        targets.forEach(target -> opened.targets.add(open(target, formats)));
        return opened;
    }

    private static <A> Target<A> open(String text, Function<String, ? extends Format<A>> formats) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new ConfigException(
                    OPTION + text + ": no format (expected: FORMAT:FILE, as in json:report.json)");
        }
        Format<A> format = format(text, text.substring(0, colon), formats);
        String file = text.substring(colon + 1);
        if (file.isEmpty()) {
            throw new ConfigException(
                    OPTION + text + ": no file (expected: " + format.text() + ":FILE)");
        }
        return new Target<>(format, ReportFile.open(OPTION + text, Path.of(file)));
    }

    private static <A> Format<A> format(
            String text, String name, Function<String, ? extends Format<A>> formats) {
        try {
            return formats.apply(name);
        } catch (ConfigException e) {
            throw new ConfigException(OPTION + text + ": " + e.getMessage(), e);
        }
    }

    /** Writes every report. */
    public void write(A account) {
        targets.forEach(target -> target.file().write(target.format().write(account)));
    }

    /**
     * Checks that what is read is not written over.
     *
     * @throws ConfigException if one of the files is {@code input}
     */
    public void checkAreNot(Path input) {
        targets.forEach(target -> target.file().checkIsNot(input));
    }
}
