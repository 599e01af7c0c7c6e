package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Help for {@code lockstep engine}. The launcher starts the engines themselves, past this class.
 */
@Command(
        name = "engine",
        description = "Runs one engine: freely, or in a run of another process with --connect.",
        customSynopsis = {
            "lockstep engine (interp | recomp) [OPTIONS] PROGRAM [ARG...]",
            "       lockstep engine (interp | recomp) --connect SOCKET --run NAME",
            "                --role (reference | subject) [OPTIONS] PROGRAM [ARG...]",
        },
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep engine recomp engines/programs/bin/hello",
            "  lockstep engine recomp --connect /tmp/pair/engine.sock --run first \\",
            "      --role subject engines/programs/bin/hello",
            "",
            "A free run exits with the guest's status, or 128 + the signal that ended it. A",
            "member of a run tells how the run came out and exits with 0; with 2 when it was",
            "refused, with 5 when the coordinator went away.",
            "'lockstep engine interp --help' lists an engine's options.",
        })
final class EngineCommand implements Callable<Integer> {
    @Mixin Help help;

    @Parameters(index = "0", paramLabel = "ENGINE", description = "interp or recomp.")
    private EngineArgument engine;

    @Parameters(
            index = "1..*",
            paramLabel = "ARGUMENT",
            description = "Options, program and arguments of the engine.")
    private List<String> arguments = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!engine.builtIn()) {
            throw new ConfigException(
                    "'lockstep engine' runs engines of its own (expected: interp or recomp); start"
                            + " other commands directly");
        }
        List<String> command = new ArrayList<>();
        command.add(Launcher.path().toString());
        command.add("engine");
        command.addAll(engine.words());
        command.addAll(arguments);
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
