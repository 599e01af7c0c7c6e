package dev.lockstep.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command itself, which only its verbs can run. */
@Command(
        name = "lockstep",
        description = "Finds the first place where two implementations of one ISA disagree.",
        versionProvider = LockstepCommand.Version.class,
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions:%n",
        subcommands = {
            RunCommand.class,
            ServeCommand.class,
            CertsCommand.class,
            EngineCommand.class,
            AttachCommand.class,
            WatchCommand.class,
            RunsCommand.class,
            SnapshotCommand.class,
            DiffCommand.class,
            BenchCommand.class,
            ConformanceCommand.class,
            SelftestCommand.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:MATCH: the engines agree",
            "1:DIVERGED: they do not",
            "2:the command line or the program cannot be used",
            "3:RECOVERED: they differed and agreed again",
            "4:VACUOUS: nothing was compared",
            "5:INCOMPLETE: the run did not reach its end",
            "6:reserved",
            "70:internal error",
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep run engines/programs/bin/hello",
            "",
            "'lockstep VERB --help' explains a verb.",
        })
final class LockstepCommand implements Runnable {
    @Mixin Help help;
    @Spec private CommandSpec spec;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version and exit.")
    boolean version;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "no verb given");
    }

    /** Version of the jar, or of nothing in particular when run from classes. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = LockstepCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "lockstep " + (version == null ? "(development build)" : version),
                "JVM " + Runtime.version()
            };
        }
    }
}
