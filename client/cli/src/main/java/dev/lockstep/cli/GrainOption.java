package dev.lockstep.cli;

import dev.lockstep.server.run.Grain;

import picocli.CommandLine.Option;

/** The option that says how much is exchanged before a verdict. */
final class GrainOption {
    @Option(
            names = "--grain",
            paramLabel = "GRAIN",
            defaultValue = "block",
            converter = GrainName.class,
            description = {
                "How much is exchanged before a verdict; default: block.",
                "  block   what many blocks did; the reference may run ahead, and print",
                "  strict  what one block did; nothing is printed before all up to it agreed",
                "  window  what about a million steps did, and then where in them"
            })
    private Grain grain;

    Grain grain() {
        return grain;
    }
}
