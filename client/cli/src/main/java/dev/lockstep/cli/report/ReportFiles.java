package dev.lockstep.cli.report;

import java.util.ArrayList;
import java.util.List;

/** All {@code --report} targets of one run. */
public final class ReportFiles implements AutoCloseable {
    private final List<ReportFile> files = new ArrayList<>();

    private ReportFiles() {}

    /**
     * Opens every target.
     *
     * @throws dev.lockstep.server.run.ConfigException if one cannot be written; then none is left
     *     open
     */
    public static ReportFiles open(List<String> targets) {
        ReportFiles opened = new ReportFiles();
        try {
            targets.forEach(target -> opened.files.add(ReportFile.open(target)));
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    public void write(String content) {
        files.forEach(file -> file.write(content));
    }

    @Override
    public void close() {
        files.forEach(ReportFile::close);
    }
}
