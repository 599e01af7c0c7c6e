package dev.lockstep.cli;

import dev.lockstep.cli.diff.DiffFormat;
import dev.lockstep.cli.diff.StateDiffAccount;
import dev.lockstep.cli.diff.XeniaStateDocument;
import dev.lockstep.cli.report.ReportFile;
import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.run.ConfigException;

import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * Tells what comparing two states came to as diff_state.py of xenia-rs does, and ends as it does.
 */
final class XeniaStateDiff {
    static final int DIFFERENT = 1;

    private static final int STOPPED = 2;
    private static final String JSON = ".json";

    private final boolean validates;
    private final Path markdown;
    private final Path json;
    private final PrintWriter out;
    private final PrintWriter err;

    XeniaStateDiff(XeniaStateOptions options, Path canary, PrintWriter out, PrintWriter err) {
        this.validates = options.validateIdentical;
        this.markdown =
                options.out == null
                        ? canary.toAbsolutePath().normalize().resolveSibling("report.md")
                        : options.out;
        this.json =
                markdown.resolveSibling(
                        withoutSuffix(String.valueOf(markdown.getFileName())) + JSON);
        this.out = out;
        this.err = err;
        if (markdown.equals(json)) {
            throw new ConfigException(
                    "--out %s: would be overwritten by the report in JSON (expected: another suffix)"
                            .formatted(markdown));
        }
    }

    private static String withoutSuffix(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /** Writes the reports, or says whether the states are identical; returns the exit code. */
    int tell(StateDiffResult result) {
        return validates ? validate(result) : report(result);
    }

    private int validate(StateDiffResult result) {
        boolean identical =
                result.differenceCount() == 0
                        && result.gates().stream().allMatch(StateDiffResult.GateResult::holds);
        if (identical) {
            out.println("validate-identical: OK");
            out.flush();
            return 0;
        }
        err.println("validate-identical: differences found");
        return DIFFERENT;
    }

    private int report(StateDiffResult result) {
        int exitCode = result.stop() ? STOPPED : result.differenceCount() > 0 ? DIFFERENT : 0;
        var account = new StateDiffAccount(result, exitCode, 0, 0);
        ReportFile.open("--out " + markdown, markdown).write(DiffFormat.MARKDOWN.write(account));
        ReportFile.open("--out " + json, json).write(XeniaStateDocument.text(result));
        out.printf("wrote %s (%d divergences)%n", markdown, result.differenceCount());
        out.printf("wrote %s%n", json);
        out.flush();
        return exitCode;
    }
}
