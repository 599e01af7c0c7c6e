package dev.lockstep.cli;

import dev.lockstep.cli.report.Account;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunReport;

import picocli.CommandLine.Mixin;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The log of runs that a command reads. */
final class RunLogOption {
    @Mixin private StateDirectory state;

    Path directory() {
        return state.path();
    }

    /** Returns a command line of {@code lockstep runs} that reads the same log. */
    String command(String verb, String... words) {
        List<String> all = new ArrayList<>(List.of("runs", verb));
        all.addAll(List.of(words));
        return StateDirectory.command(directory(), all.toArray(String[]::new));
    }

    /** Opens the store, and cleans up after runs that were killed. */
    RunStore open() throws IOException {
        RuntimeDirectory.sweep(RuntimeDirectory.defaultBase(System.getenv()));
        return LockstepServer.openStore(directory());
    }

    /**
     * Returns the run of this number or name.
     *
     * @throws ConfigException if there is none
     */
    StoredRun find(RunStore store, String id) {
        return store.find(id)
                .orElseThrow(() ->
                        new ConfigException(
                                "no run '%s' in %s; '%s' lists them"
                                        .formatted(id, directory(), command("list"))));
    }

    /**
     * Returns the report of a run.
     *
     * @throws ConfigException if it has not ended
     */
    RunReport report(RunStore store, StoredRun run) {
        return store.report(run.id())
                .orElseThrow(() ->
                        new ConfigException(
                                "run '%s' has not ended; '%s' says how far it is"
                                        .formatted(
                                                run.name(),
                                                command("show", Long.toString(run.id())))));
    }

    /** Returns what reports are written of. */
    Account account(StoredRun run, RunReport report) {
        return new Account(
                report,
                run.command(),
                run.command(),
                command("show", Long.toString(run.id())),
                PastProgram.code(run.command(), run.created()));
    }
}
