package dev.lockstep.cli;

import picocli.CommandLine.Option;

/** The option every verb has. */
final class Help {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean requested;
}
