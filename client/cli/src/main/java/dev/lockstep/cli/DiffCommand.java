package dev.lockstep.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lockstep diff}: compares what was recorded, here or elsewhere. */
@Command(
        name = "diff",
        description = "Compares what two engines recorded.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        subcommands = {DiffEventsCommand.class, DiffStateCommand.class},
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep diff events reference.jsonl subject.jsonl.zst",
            "  lockstep diff state reference/ subject/",
        })
final class DiffCommand implements Runnable {
    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no verb given");
    }
}
