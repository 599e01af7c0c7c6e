package dev.lockstep.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The emulator that the engines are measured against. It counts no steps, the engines do. */
public record QemuUser(Path command) {
    public static final String NAME = "qemu-riscv64";

    /** Returns the one in PATH. */
    public static Optional<QemuUser> find() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(folder -> Path.of(folder, NAME))
                .filter(Files::isExecutable)
                .findFirst()
                .map(QemuUser::new);
    }

    BenchProcess.Ended run(BenchProcess process, Path program, int amount)
            throws IOException, InterruptedException {
        return process.execute(List.of(command.toString(), program.toString(), "" + amount));
    }

    /**
     * Returns how fast it is between two amounts of work, of which engines know the steps; or
     * nothing when it was disturbed so that the smaller one took longer.
     */
    Optional<Speed> speed(BenchProcess process, Path program, Amount part, Amount all)
            throws IOException, InterruptedException {
        double partSeconds = seconds(process, program, part);
        double seconds = seconds(process, program, all);
        if (seconds <= partSeconds) {
            return Optional.empty();
        }
        double warm = (all.steps() - part.steps()) / (seconds - partSeconds);
        // It has no clock of its own: what it had done after a second follows from both times.
        double cold = all.steps() + warm * (1 - seconds);
        return Optional.of(new Speed(warm, Math.max(cold, 1), seconds * 1000));
    }

    /** So many units of a program: what an engine made of them. */
    record Amount(int units, long steps, String output) {
        static Amount of(int units, FreeRun run) {
            return new Amount(units, run.steps(), run.output());
        }
    }

    private double seconds(BenchProcess process, Path program, Amount amount)
            throws IOException, InterruptedException {
        BenchProcess.Ended ended = run(process, program, amount.units());
        if (!ended.output().equals(amount.output())) {
            throw new IllegalStateException(
                    "%s %d: an engine printed '%s', %s printed '%s' (expected: the same)"
                            .formatted(
                                    program.getFileName(),
                                    amount.units(),
                                    amount.output().strip(),
                                    NAME,
                                    ended.output().strip()));
        }
        return ended.seconds();
    }
}
