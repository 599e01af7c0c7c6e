package dev.lockstep.cli.report;

import dev.lockstep.server.run.ConfigException;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All {@code --report FORMAT:FILE} of one run. */
public final class ReportFiles implements AutoCloseable {
    private static final String OPTION = "--report ";

    private final List<Target> targets = new ArrayList<>();

    private record Target(ReportFormat format, ReportFile file) {}

    private ReportFiles() {}

    /**
     * Opens every target.
     *
     * @throws ConfigException if a format is unknown or a file cannot be written; then none is left
     *     open
     */
    public static ReportFiles open(List<String> targets) {
        ReportFiles opened = new ReportFiles();
        try {
            targets.forEach(target -> opened.targets.add(open(target)));
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static Target open(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new ConfigException(
                    OPTION + text + ": no format (expected: FORMAT:FILE, as in json:report.json)");
        }
        ReportFormat format = format(text, text.substring(0, colon));
        String file = text.substring(colon + 1);
        if (file.isEmpty()) {
            throw new ConfigException(
                    OPTION + text + ": no file (expected: " + format.text() + ":FILE)");
        }
        return new Target(format, ReportFile.open(OPTION + text, Path.of(file)));
    }

    private static ReportFormat format(String text, String name) {
        try {
            return ReportFormat.parse(name);
        } catch (ConfigException e) {
            throw new ConfigException(OPTION + text + ": " + e.getMessage(), e);
        }
    }

    /** Writes every report. */
    public void write(Account account) {
        targets.forEach(target -> target.file().write(target.format().write(account)));
    }

    @Override
    public void close() {
        targets.forEach(target -> target.file().close());
    }
}
