package dev.lockstep.cli;

import dev.lockstep.cli.report.ReportFormat;

import picocli.CommandLine;

import java.util.List;

/** Entry point of the {@code lockstep} command. */
public final class Main {
    /** Verbs that end with a program and its arguments. */
    private static final List<String> GUEST_VERBS = List.of("run", "engine");

    private Main() {}

    /** Runs the command and exits with its code (see {@link ExitCodes}). */
    public static void main(String[] args) {
        System.exit(execute(args));
    }

    // Java's own exit code for what nobody catches is 1, which would say that the engines differ.
    private static int execute(String... args) {
        CommandLine command = commandLine();
        try {
            int code = command.execute(args);
            return code == 0 && System.out.checkError() && !OutputReader.isPipe()
                    ? Errors.reportLostOutput(command.getErr())
                    : code;
        } catch (Error e) {
            return Errors.reportInternal(e, command.getErr());
        }
    }

    static CommandLine commandLine() {
        CommandLine command = new CommandLine(new LockstepCommand());
        // What follows PROGRAM is the guest's: neither options nor @files of ours.
        command.setExpandAtFiles(false);
        command.getSubcommands()
                .forEach((verb, line) -> line.setStopAtPositional(GUEST_VERBS.contains(verb)));
        command.registerConverter(EngineArgument.class, EngineArgument::parse);
        command.registerConverter(ReportFormat.class, ReportFormat::parse);
        command.registerConverter(RunsCommand.Format.class, RunsCommand.Format::parse);
        command.setParameterExceptionHandler(Errors::reportUsage);
        command.setExecutionExceptionHandler(Errors::reportFailure);
        return command;
    }
}
