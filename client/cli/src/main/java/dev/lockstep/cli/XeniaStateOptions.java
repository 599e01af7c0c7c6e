package dev.lockstep.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** The options of diff_state.py of xenia-rs, for scripts that were written for it. */
final class XeniaStateOptions {
    @Option(names = "--canary", paramLabel = "DIR", description = "The reference's state.")
    @Nullable Path canary;

    @Option(names = "--ours", paramLabel = "DIR", description = "The subject's state.")
    @Nullable Path ours;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description =
                    "Write the report there, and beside it one that ends in .json; default:"
                            + " report.md beside the reference's directory.")
    @Nullable Path out;

    @Option(
            names = "--xex-json",
            paramLabel = "FILE",
            description = "The import table: compares the images but for what it names.")
    @Nullable Path table;

    @Option(
            names = "--validate-identical",
            description = "Write no report; exit with 1 if anything differs.")
    boolean validateIdentical;
}
