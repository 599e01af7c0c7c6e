package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A coordinator with many runs, each of which is to end in its own way. */
@Timeout(120)
class ManyRunsIT {
    private static final int RUNS = 32;

    /** Several times the credit, so that every run comes to wait. */
    private static final long BLOCKS = 400_000;

    @TempDir Path directory;

    /** A run and what is to become of it. */
    private record Fate(int number) {
        private static final List<Verdict> ENDS =
                List.of(Verdict.MATCH, Verdict.DIVERGED, Verdict.INCOMPLETE, Verdict.VACUOUS);

        String run() {
            return "run-" + number;
        }

        Verdict verdict() {
            return ENDS.get(number % ENDS.size());
        }

        /** Returns how many blocks of the subject are as they should be. */
        long goodBlocks() {
            return switch (verdict()) {
                case MATCH, RECOVERED -> BLOCKS;
                case DIVERGED, INCOMPLETE -> BLOCKS / 2 + 1_001L * number;
                case VACUOUS -> 0;
            };
        }

        int blocksPerBatch() {
            return 500 + 37 * number;
        }
    }

    @Test
    void thirtyTwoRunsAtOnceComeToTheirOwnVerdicts() throws Exception {
        ServerConfig config =
                new ServerConfig(directory.resolve("run"), directory.resolve("state"));
        try (LockstepServer server = LockstepServer.start(config);
                ExecutorService engines = Executors.newVirtualThreadPerTaskExecutor()) {
            List<RunHandle> runs = new ArrayList<>();
            List<Future<?>> played = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                Fate fate = new Fate(i);
                runs.add(server.createRun(spec(fate.run()), new RunListener() {}));
                played.add(engines.submit(() -> playReference(server, fate)));
                played.add(engines.submit(() -> playSubject(server, fate)));
            }
            for (int i = 0; i < RUNS; i++) {
                check(new Fate(i), runs.get(i).report().get());
            }
            for (Future<?> engine : played) {
                engine.get();
            }
        }
        try (RunStore store = LockstepServer.openStore(config.stateDirectory())) {
            for (int i = 0; i < RUNS; i++) {
                Fate fate = new Fate(i);
                assertThat(store.find(fate.run()).orElseThrow().verdict())
                        .isEqualTo(fate.verdict());
            }
        }
    }

    private static void check(Fate fate, RunReport report) {
        assertThat(report.verdict()).as(fate.run()).isEqualTo(fate.verdict());
        long goodSteps = fate.goodBlocks() * RawEngine.BLOCK_STEPS;
        switch (fate.verdict()) {
            case MATCH, RECOVERED, VACUOUS ->
                    assertThat(report.compared().steps()).as(fate.run()).isEqualTo(goodSteps);
            case DIVERGED ->
                    assertThat(report.divergences())
                            .as(fate.run())
                            .singleElement()
                            .extracting(Divergence::step)
                            .isEqualTo(goodSteps);
            case INCOMPLETE ->
                    assertThat(report.compared().steps())
                            .as(fate.run())
                            .isPositive()
                            .isLessThanOrEqualTo(goodSteps);
        }
    }

    private static Void playReference(LockstepServer server, Fate fate) throws IOException {
        try (RawEngine engine = RawEngine.connect(server.engineSocket(), "interp")) {
            engine.hello(fate.run());
            engine.awaitWelcome();
            engine.sendBlocks(fate.verdict() == Verdict.VACUOUS ? 0 : BLOCKS, 4096);
            engine.endUnlessHalted();
            engine.leave();
        }
        return null;
    }

    private static Void playSubject(LockstepServer server, Fate fate) throws IOException {
        try (RawEngine engine = RawEngine.connect(server.engineSocket(), "recomp")) {
            engine.hello(fate.run());
            engine.awaitWelcome();
            engine.sendBlocks(fate.goodBlocks(), fate.blocksPerBatch());
            switch (fate.verdict()) {
                case MATCH, RECOVERED, VACUOUS -> engine.endUnlessHalted();
                case DIVERGED -> engine.sendBlocks(1, 1, 8);
                case INCOMPLETE -> {
                    engine.cutOff();
                    return null;
                }
            }
            engine.leave();
        }
        return null;
    }

    private static RunSpec spec(String name) {
        List<EngineSpec> engines =
                List.of(
                        new EngineSpec("interp", Role.REFERENCE),
                        new EngineSpec("recomp", Role.SUBJECT));
        return RunSpec.of(name, engines, "test");
    }
}
