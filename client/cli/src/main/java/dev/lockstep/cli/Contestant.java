package dev.lockstep.cli;

import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Strength;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a bench compares: an engine by itself, or two that check each other. */
sealed interface Contestant {
    String title();

    /** Executes {@code program} and returns what came after the first fifth of the work. */
    Lap lap(BenchProcess process, Path program, int units) throws IOException, InterruptedException;

    /** An engine that reports to nobody. */
    record FreeEngine(String name) implements Contestant {
        @Override
        public String title() {
            return name + ", free run";
        }

        @Override
        public Lap lap(BenchProcess process, Path program, int units)
                throws IOException, InterruptedException {
            return FreeRun.of(name, process, program, units).warmLap();
        }
    }

    /**
     * The interpreter and the recompiler in lockstep.
     *
     * @param share they execute the first of so many equal shares of the work
     */
    record Pair(Grain grain, Strength strength, int share) implements Contestant {
        private static final long STEPS_PER_UNIT = 10_400_000;
        private static final int MARKS = 5;

        @Override
        public String title() {
            return "interp and recomp, "
                    + grain.text()
                    + (strength == Strength.FULL ? "" : ", " + strength.text());
        }

        @Override
        public Lap lap(BenchProcess process, Path program, int units)
                throws IOException, InterruptedException {
            return Undisturbed.measure(
                    title(),
                    () -> {
                        Lap mark = execute(process, program, units / MARKS);
                        Lap rest = execute(process, program, units).since(mark);
                        return rest.engineNs() > 0 ? Optional.of(rest) : Optional.empty();
                    });
        }

        private Lap execute(BenchProcess process, Path program, int units)
                throws IOException, InterruptedException {
            Path state = process.directory().resolve("state");
            List<String> words = new ArrayList<>(List.of("run", "--state-dir", state.toString()));
            words.addAll(List.of("--grain", grain.text(), "--strength", strength.text()));
            if (share > 1) {
                words.addAll(List.of("--until-step", "" + units * STEPS_PER_UNIT / share));
            }
            words.addAll(List.of(program.toString(), "" + units));
            BenchProcess.Ended ended = process.run(words);
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
}
