package dev.lockstep.cli;

import dev.lockstep.cli.text.Words;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.regex.Pattern;

/** A scene of processes, of which one is killed. */
sealed interface KillRound {
    /** Plays the round and looks for what is lost, untrue or left behind. */
    void play(Path home) throws IOException, InterruptedException;

    /** Those that are there without a server. */
    List<Victim> OF_A_RUN = List.of(Victim.COORDINATOR, Victim.REFERENCE, Victim.SUBJECT);

    static KillRound random(Random random) {
        Guest guest = Guest.random(random);
        int delayMs = random.nextInt(4000);
        return random.nextBoolean()
                ? new OfRun(Victim.random(random, OF_A_RUN), delayMs, guest)
                : new OfServer(Victim.random(random, List.of(Victim.values())), delayMs, guest);
    }

    /** Who is killed; the coordinator is the {@code run} or the {@code serve}. */
    enum Victim {
        COORDINATOR,
        REFERENCE,
        SUBJECT,
        WATCHER;

        /** Returns what a run says that came to no end because this one was killed. */
        private Pattern note() {
            return Pattern.compile(
                    switch (this) {
                        case COORDINATOR -> "the coordinator vanished";
                        case REFERENCE -> "\"interp\"|a reference";
                        case SUBJECT -> "\"recomp\"|a subject";
                        case WATCHER -> "the coordinator was closed";
                    });
        }

        private static Victim random(Random random, List<Victim> candidates) {
            return candidates.get(random.nextInt(candidates.size()));
        }
    }

    /**
     * What is executed. Without a C library, so that a step is the same instruction wherever the
     * program lies.
     *
     * @param units work of 9.9 million instructions each
     * @param faulty whether the recompiler goes wrong before the first unit is done
     */
    record Guest(int units, boolean faulty) {
        private static final List<Integer> UNITS = List.of(1, 10, 1000);

        private static Guest random(Random random) {
            return new Guest(UNITS.get(random.nextInt(UNITS.size())), random.nextInt(3) == 0);
        }

        /** An instruction with a result, however many units there are. */
        private static final long FAULT_STEP = 5_000_003;

        private String recomp() {
            return faulty ? "recomp --fault flip:0x1@step=" + FAULT_STEP : "recomp";
        }

        private OptionalLong faultStep() {
            return faulty ? OptionalLong.of(FAULT_STEP) : OptionalLong.empty();
        }

        /** Returns whether it ends long before anybody loses patience. */
        private boolean isShort() {
            return units < UNITS.getLast();
        }

        /** Returns a command line that ends with the guest's. */
        private String[] after(List<String> words) {
            List<String> all = new ArrayList<>(words);
            all.addAll(List.of("bin/bench/mixed", Integer.toString(units)));
            return all.toArray(String[]::new);
        }
    }

    /** {@code lockstep run} and its engines. */
    record OfRun(Victim victim, int delayMs, Guest guest) implements KillRound {
        @Override
        public void play(Path home) throws IOException, InterruptedException {
            Lockstep.Started run =
                    new Lockstep(home)
                            .start(guest.after(List.of("run", "--subject", guest.recomp())));
            Thread.sleep(delayMs);
            Optional<ProcessHandle> engine = findVictim(run);
            engine.orElse(run.process().toHandle()).destroyForcibly();
            Victim killed = engine.isPresent() ? victim : Victim.COORDINATOR;
            Lockstep.Ended ended = run.await(Aftermath.LIMIT);

            Aftermath aftermath = Aftermath.of(home);
            var report = aftermath.report(stored -> stored.ownerProcessId() == run.process().pid());
            report.ifPresent(it -> Aftermath.checkTrue(it, guest.faultStep(), killed.note()));
            Aftermath.checkShown(ended, report);
            if (ended.exitCode() != Aftermath.KILLED) {
                Aftermath.checkExitCode(ended, report);
            }
        }

        /** Returns the engine to kill; empty for whoever starts it, if it has not been yet. */
        private Optional<ProcessHandle> findVictim(Lockstep.Started run) {
            return switch (victim) {
                case COORDINATOR, WATCHER -> Optional.empty();
                case REFERENCE -> run.findEngine("interp");
                case SUBJECT -> run.findEngine("recomp");
            };
        }
    }

    /** {@code lockstep serve}, two engines that join it by hand, and a watcher. */
    record OfServer(Victim victim, int delayMs, Guest guest) implements KillRound {
        @Override
        public void play(Path home) throws IOException, InterruptedException {
            Lockstep lockstep = new Lockstep(home);
            Path directory = home.resolve("lockstep/serve");
            Path socket = directory.resolve("engine.sock");
            Lockstep.Started server = lockstep.start("serve", "--connect-timeout", "5s");
            Aftermath.awaitFile(socket);
            Aftermath.awaitFile(directory.resolve("control.sock"));
            Lockstep.Started watcher =
                    lockstep.start("watch", "--runtime-dir", directory.toString());
            String run = "by-hand-" + server.process().pid();
            Lockstep.Started reference =
                    lockstep.start(guest.after(engine("interp", "reference", socket, run)));
            Lockstep.Started subject =
                    lockstep.start(guest.after(engine(guest.recomp(), "subject", socket, run)));
            Thread.sleep(delayMs);
            switch (victim) {
                case COORDINATOR -> server.process().destroyForcibly();
                case REFERENCE -> reference.process().destroyForcibly();
                case SUBJECT -> subject.process().destroyForcibly();
                case WATCHER -> watcher.process().destroyForcibly();
            }
            if (victim == Victim.WATCHER && !guest.isShort()) {
                Lockstep.send("INT", server.process().pid()); // Nobody else ends it.
            }
            List<Lockstep.Ended> ended =
                    new ArrayList<>(
                            List.of(
                                    reference.await(Aftermath.LIMIT),
                                    subject.await(Aftermath.LIMIT)));
            server.process().destroy();
            ended.add(
                    server.await(Aftermath.LIMIT)
                            .hasExitCode(victim == Victim.COORDINATOR ? Aftermath.KILLED : 0));
            ended.add(watcher.await(Aftermath.LIMIT));

            var report = Aftermath.of(home).report(stored -> stored.name().equals(run));
            report.ifPresent(it -> Aftermath.checkTrue(it, guest.faultStep(), victim.note()));
            ended.forEach(process -> Aftermath.checkShown(process, report));
        }

        private static List<String> engine(String engine, String role, Path socket, String run) {
            List<String> words = new ArrayList<>(List.of("engine"));
            words.addAll(Words.split(engine));
            words.addAll(List.of("--connect", socket.toString(), "--run", run, "--role", role));
            return words;
        }
    }
}
