package dev.lockstep.cli.bench;

import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.RunReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A {@code lockstep run} whose account tells how fast it was. */
final class CheckedLap {
    private CheckedLap() {}

    /**
     * Executes a run and returns what was compared, by the slower of its engines' clocks.
     *
     * @param before words before {@code lockstep}, which place it
     * @param words what follows {@code lockstep run}
     */
    static Lap of(BenchProcess process, List<String> before, List<String> words)
            throws IOException, InterruptedException {
        Path state = process.directory().resolve("state");
        List<String> all = new ArrayList<>(List.of("run", "--state-dir", state.toString()));
        all.addAll(words);
        BenchProcess.Ended ended = process.startLockstep("command", before, all).await();
        RunReport report = lastReport(state);
        long slowerMs =
                report.engines().stream()
                        .map(EngineReport::elapsedMs)
                        .mapToLong(Objects::requireNonNull)
                        .max()
                        .orElseThrow();
        return new Lap(
                report.compared().steps(),
                report.compared().blocks(),
                TimeUnit.MILLISECONDS.toNanos(slowerMs),
                ended.wallMs());
    }

    private static RunReport lastReport(Path state) {
        try (RunStore store = LockstepServer.openStore(state)) {
            long id = store.list(Long.MAX_VALUE, 1).getFirst().id();
            return store.report(id).orElseThrow();
        }
    }
}
