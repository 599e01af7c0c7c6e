package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.proto.v1.Naming;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.log.StoredRun;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Verdict;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What must hold after a process was killed and the others have ended. */
record Aftermath(Path state) {
    /** How long the processes of a round may take. */
    static final Duration LIMIT = Duration.ofMinutes(1);

    /** A window ends with a block, which has at most 64 steps. */
    private static final long MAX_WINDOW_STEPS = RunSpec.DEFAULT_WINDOW_STEPS + 64;

    static final int KILLED = 128 + 9;

    private static final Duration SOON = Duration.ofSeconds(20);

    /** A verdict as the screen of a run, an engine that joined by hand, and a watch show it. */
    private static final Pattern VERDICT =
            Pattern.compile(
                    "(?m)(?:^|: )(MATCH|DIVERGED|RECOVERED|VACUOUS|INCOMPLETE)(?=  bin/|,|$)");

    /** Runs the next command, which clears up, and checks that nothing is left. */
    static Aftermath of(Path home) throws IOException, InterruptedException {
        await("no process is left").atMost(SOON).until(() -> processes(home).isEmpty());
        Lockstep lockstep = new Lockstep(home);
        lockstep.run("runs", "list").hasExitCode(0);

        Path state = home.resolve("state/lockstep");
        assertThat(lockstep.leftovers()).isEmpty();
        assertThat(files(state)).isSubsetOf("lockstep.db", "snapshots.db", "locks", "tmp");
        assertThat(files(state.resolve("locks"))).isEmpty();
        assertThat(files(state.resolve("tmp"))).isEmpty();
        return new Aftermath(state);
    }

    static void awaitFile(Path file) {
        await().atMost(SOON).until(() -> Files.exists(file));
    }

    /** Returns the report of the newest such run; every run must have one. */
    Optional<RunReport> report(Predicate<StoredRun> wanted) {
        try (RunStore store = LockstepServer.openStore(state)) {
            List<StoredRun> runs = store.list(Long.MAX_VALUE, 1000);
            assertThat(runs).allMatch(run -> run.verdict() != null);
            return runs.stream().filter(wanted).findFirst().flatMap(run -> store.report(run.id()));
        }
    }

    /**
     * Checks that the run has earned its verdict.
     *
     * @param faultStep the step of the subject that goes wrong; empty for none
     * @param killed matches what a run must say that did not end because of the kill
     */
    static void checkTrue(RunReport report, OptionalLong faultStep, Pattern killed) {
        boolean faulty = faultStep.isPresent();
        switch (report.verdict()) {
            case MATCH -> {
                assertThat(faulty).isFalse();
                assertThat(report.compared().registers()).isPositive();
                assertThat(report.engines())
                        .allMatch(engine -> engine.steps() == report.compared().steps());
            }
            case DIVERGED -> {
                assertThat(faulty).isTrue();
                Divergence found = report.divergences().getFirst();
                // Killed while they look closer, the engines have told the window only.
                assertThat(found.step())
                        .isBetween(
                                faultStep.getAsLong() - (isNamed(found) ? 0 : MAX_WINDOW_STEPS),
                                faultStep.getAsLong());
            }
            case INCOMPLETE ->
                    assertThat(report.notes()).as(killed.pattern()).anyMatch(killed.asPredicate());
            case RECOVERED, VACUOUS ->
                    throw new AssertionError(report.verdict() + " (expected: one of the others)");
        }
    }

    private static boolean isNamed(Divergence divergence) {
        return divergence.evidence() != null
                && divergence.evidence().getNaming() == Naming.NAMING_BOTH_TRACES;
    }

    /** Checks that the log has every verdict that a process has shown. */
    static void checkShown(Lockstep.Ended process, Optional<RunReport> logged) {
        Matcher shown = VERDICT.matcher(process.out() + process.err());
        while (shown.find()) {
            assertThat(logged.map(RunReport::verdict))
                    .as(process.toString())
                    .contains(Verdict.valueOf(shown.group(1)));
        }
    }

    /** Checks the exit code of a run that came to its end. */
    static void checkExitCode(Lockstep.Ended run, Optional<RunReport> logged) {
        assertThat(logged.map(RunReport::exitCode)).as(run.toString()).contains(run.exitCode());
    }

    /** Returns the processes that name a file below {@code home}. */
    private static List<String> processes(Path home) {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(home.toString()))
                    .toList();
        }
    }

    private static List<String> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
