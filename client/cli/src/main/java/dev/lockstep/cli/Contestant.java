package dev.lockstep.cli;

import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.log.RunStore;
import dev.lockstep.server.run.EngineReport;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.RunReport;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code lockstep bench} compares: an engine by itself, or two that check each other. */
sealed interface Contestant {
    String title();

    /** Executes so many units of {@code program} once. */
    Lap execute(BenchProcess process, Path program, int units)
            throws IOException, InterruptedException;

    /** An engine that reports to nobody. */
    record FreeEngine(String name) implements Contestant {
        private static final Pattern STATISTICS =
                Pattern.compile("([\\d,]+) steps, ([\\d,]+) blocks, (\\d+)\\.(\\d{3}) s");

        @Override
        public String title() {
            return name + ", free run";
        }

        @Override
        public Lap execute(BenchProcess process, Path program, int units)
                throws IOException, InterruptedException {
            BenchProcess.Ended ended =
                    process.run(List.of("engine", name, "--stats", program.toString(), "" + units));
            Matcher found = STATISTICS.matcher(ended.errors());
            if (!found.find()) {
                throw new IllegalStateException("no statistics of " + name + ": " + ended.errors());
            }
            return new Lap(
                    number(found.group(1)),
                    number(found.group(2)),
                    number(found.group(3) + found.group(4)),
                    ended.wallMs());
        }

        private static long number(String digits) {
            return Long.parseLong(digits.replace(",", ""));
        }
    }

    /**
     * The interpreter and the recompiler in lockstep.
     *
     * @param share they execute the first of so many equal shares of the work
     */
    record Pair(Grain grain, int share) implements Contestant {
        private static final long STEPS_PER_UNIT = 10_400_000;

        @Override
        public String title() {
            return "interp and recomp, " + grain.text();
        }

        @Override
        public Lap execute(BenchProcess process, Path program, int units)
                throws IOException, InterruptedException {
            Path state = process.directory().resolve("state");
            List<String> words = new ArrayList<>(List.of("run", "--state-dir", state.toString()));
            words.addAll(List.of("--grain", grain.text()));
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
                    slowerMs,
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
