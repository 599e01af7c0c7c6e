package dev.lockstep.cli.bench;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Strength;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a bench compares: an engine by itself, or two programs that check each other. */
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
            List<String> words = new ArrayList<>();
            words.addAll(List.of("--grain", grain.text(), "--strength", strength.text()));
            if (share > 1) {
                words.addAll(List.of("--until-step", "" + units * STEPS_PER_UNIT / share));
            }
            words.addAll(List.of(program.toString(), "" + units));
            return CheckedLap.of(process, List.of(), words);
        }
    }

    /**
     * Two processes of qemu-riscv64 that check each other by QEMU's own lockstep plugin. They
     * execute one unit, all of it: some seconds, of which their start is nothing.
     *
     * @param oneCpu whether both share a CPU, which saves them the waking of another one
     */
    record QemuPair(QemuUser qemu, Path plugin, boolean oneCpu) implements Contestant {
        private static final Pattern BLOCKS = Pattern.compile("Executed (\\d+)/\\d+ blocks");
        private static final Pattern STEPS = Pattern.compile("Executed ~(\\d+) instructions");
        private static final String AGREED = "No divergence";
        private static final int READY_POLL_MS = 10;

        @Override
        public String title() {
            return "two " + QemuUser.NAME + ", their plugin" + (oneCpu ? ", one CPU" : "");
        }

        @Override
        public Lap lap(BenchProcess process, Path program, int units)
                throws IOException, InterruptedException {
            Path socket = process.directory().resolve("plugin.sock");
            Files.deleteIfExists(socket);
            List<String> command = command(program, socket);
            BenchProcess.Started first = process.start(command, "first");
            // The second one connects where the first one listens.
            while (first.isAlive() && !Files.exists(socket)) {
                Thread.sleep(READY_POLL_MS);
            }
            if (!first.isAlive()) {
                return lap(first.await());
            }
            try {
                Lap lap = lap(process.start(command, "second").await());
                first.await();
                return lap;
            } finally {
                first.kill(); // When the second one failed, it waits for ever.
            }
        }

        private List<String> command(Path program, Path socket) throws IOException {
            List<String> words = new ArrayList<>();
            if (oneCpu) {
                words.addAll(List.of("taskset", "-c", "" + Machine.firstCpu()));
            }
            words.addAll(List.of(qemu.command().toString(), "-d", "plugin", "-plugin"));
            words.addAll(List.of(plugin + ",sockpath=" + socket, program.toString(), "1"));
            return words;
        }

        private static Lap lap(BenchProcess.Ended ended) {
            if (!ended.errors().contains(AGREED)) {
                throw said(AGREED, ended);
            }
            return new Lap(
                    count(STEPS, ended),
                    count(BLOCKS, ended),
                    ended.endNs() - ended.startNs(),
                    ended.wallMs());
        }

        private static long count(Pattern pattern, BenchProcess.Ended ended) {
            Matcher count = pattern.matcher(ended.errors());
            if (!count.find()) {
                throw said(pattern.pattern(), ended);
            }
            return Long.parseLong(count.group(1));
        }

        private static ConfigException said(String expected, BenchProcess.Ended ended) {
            return new ConfigException(
                    "the plugin of --qemu-plugin said '%s' (expected: '%s', as contrib/plugins/lockstep.c"
                                    .formatted(ended.errors().strip(), expected)
                            + " of QEMU does at the end)");
        }
    }
}
