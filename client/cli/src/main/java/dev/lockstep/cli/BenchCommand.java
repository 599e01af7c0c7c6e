package dev.lockstep.cli;

import dev.lockstep.cli.bench.BenchProcess;
import dev.lockstep.cli.bench.CheckedRuns;
import dev.lockstep.cli.bench.Costs;
import dev.lockstep.cli.bench.EventDiffs;
import dev.lockstep.cli.bench.FreeRuns;
import dev.lockstep.cli.bench.Machine;
import dev.lockstep.cli.bench.Pairs;
import dev.lockstep.cli.bench.QemuPairs;
import dev.lockstep.cli.bench.QemuUser;
import dev.lockstep.cli.bench.SnapshotCosts;
import dev.lockstep.cli.bench.StateDiffs;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code lockstep bench}: how fast the engines are, alone and in lockstep. */
@Command(
        name = "bench",
        description = {
            "Measures how fast the engines are, alone and in lockstep.",
            "",
            "'free': eight programs on each engine by itself and, where it is installed, on"
                    + " qemu-riscv64, with the ratio to it: steps/s once warm, and in the first"
                    + " second after the command was started.",
            "",
            "'costs': the wall time of a short run, the memory of an engine whose guest has 64"
                    + " MiB.",
            "",
            "'pairs': both engines in lockstep, in every grain, beside each of them alone; 'ratio'"
                    + " compares blocks/s with the slower free run's. With --qemu-plugin also two"
                    + " qemu-riscv64 that check each other; 'x plugin' is the ratio to the faster"
                    + " way of running them.",
            "",
            "'checked': the eight programs on both engines in window grain, beside each of them"
                + " alone without and with a digest; half an hour, so only with --only checked.",
            "",
            "'events': two event logs of --events events each, made from --seed, compared, beside"
                    + " reading and parsing them; needs 3 GB of disk for each 6 million events, so"
                    + " only with --only events.",
            "",
            "'states': two states whose kernels have 200 MB each, made from --seed, compared,"
                    + " beside reading and parsing them; only with --only states.",
            "",
            "'snapshots': ten snapshots of a run whose guest has filled --mib MiB and changes a"
                    + " hundredth of them between two, beside a plain copy and a plain file of as"
                    + " much; needs 700 MB of disk, so only with --only snapshots.",
            "",
            "'qemu': two qemu-riscv64 as engines, with our plugin and, with --qemu-plugin, with the"
                    + " lockstep plugin of QEMU itself, beside two of them that are connected to"
                    + " each other; and one alone, beside one with our plugin; only with --only"
                    + " qemu.",
            "",
            "docs/benchmarks.md says how each figure comes about.",
        },
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  lockstep bench",
            "  lockstep bench --program sieve --program nbody --repeat 5",
            "  taskset -c 0 lockstep bench --only free",
            "  lockstep bench --only pairs --qemu-plugin ./liblockstep.so",
            "  lockstep bench --only qemu --qemu-plugin ./liblockstep.so",
        })
final class BenchCommand implements Callable<Integer> {
    private static final String PROGRAMS = "engines/programs/bin";
    private static final int FREE_UNITS = 800;
    private static final int PAIR_UNITS = 25;
    private static final int QEMU_UNITS = 50;
    private static final int CHECKED_UNITS = 300;
    private static final int LEAST_UNITS = 5;
    private static final long LOG_EVENTS = 13_000_000;
    private static final long LEAST_LOG_EVENTS = 1000;
    private static final long SEED = 1;
    private static final long KERNEL_BYTES = 200_000_000;
    private static final int SNAPSHOT_MIB = 256;
    private static final int MOST_MIB = 1024;

    @Mixin Help help;

    /** What a bench consists of. */
    enum Part {
        FREE,
        COSTS,
        PAIRS,
        CHECKED,
        EVENTS,
        STATES,
        SNAPSHOTS,
        QEMU;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Reads the name of a part. */
    static final class PartName implements ITypeConverter<Part> {
        @Override
        public Part convert(String text) {
            return Stream.of(Part.values())
                    .filter(part -> part.text().equals(text))
                    .findFirst()
                    .orElseThrow(() ->
                            new ConfigException(
                                    "unknown part '%s' (expected: free, costs, pairs, checked, events, states, snapshots or qemu)"
                                            .formatted(text)));
        }
    }

    @Option(
            names = "--only",
            paramLabel = "PART",
            converter = PartName.class,
            description =
                    "Only this part: free, costs, pairs, checked, events, states, snapshots or"
                            + " qemu.")
    private @Nullable Part part;

    @Option(
            names = "--program",
            paramLabel = "NAME",
            description =
                    "Only the free and checked runs of this program: mixed, sha256, sort, scan,"
                            + " nbody, sieve, bytecode or blocks. May be given several times.")
    private List<String> programs = List.of();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Repetitions, of which the median counts; default: 3.")
    private int repetitions;

    @Option(
            names = "--units",
            paramLabel = "N",
            description =
                    "Work, of about ten million instructions each; default: "
                            + FREE_UNITS
                            + " in free runs, "
                            + PAIR_UNITS
                            + " in pairs, "
                            + CHECKED_UNITS
                            + " in checked runs, "
                            + QEMU_UNITS
                            + " with --only qemu.")
    private @Nullable Integer units;

    @Option(
            names = "--qemu",
            paramLabel = "FILE",
            description = "The qemu-riscv64 to compare with; default: the one in PATH, if any.")
    private @Nullable Path qemuFile;

    @Option(
            names = "--qemu-plugin",
            paramLabel = "FILE",
            description =
                    "contrib/plugins/lockstep.c of QEMU, compiled: pairs are measured beside two"
                            + " qemu-riscv64 under it, too.")
    private @Nullable Path plugin;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Events of each log, with --only events; default: 13,000,000.")
    private @Nullable Long events;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description =
                    "What event logs or states are made from, with --only events or states;"
                            + " default: 1.")
    private @Nullable Long seed;

    @Option(
            names = "--mib",
            paramLabel = "N",
            description =
                    "Memory that the guest fills, with --only snapshots, 1 to 1024; default: 256.")
    private @Nullable Long mib;

    @Override
    public Integer call() throws IOException, InterruptedException {
        checkOptions();
        Path launcher = Launcher.path();
        System.out.println(Machine.text());
        try (BenchProcess process = BenchProcess.open(launcher)) {
            measure(process, launcher.resolveSibling(PROGRAMS));
        }
        return 0;
    }

    private void measure(BenchProcess process, Path folder)
            throws IOException, InterruptedException {
        Optional<QemuUser> qemu = qemu();
        if (qemu.isEmpty() && (isWanted(Part.FREE) || isWanted(Part.COSTS))) {
            System.out.printf(
                    "%s: not found in PATH, so nothing is compared with it (Debian: apt-get install"
                            + " qemu-user)%n",
                    QemuUser.NAME);
        }
        System.out.println();
        if (isWanted(Part.FREE)) {
            new FreeRuns(process, folder.resolve("bench"), qemu, System.out)
                    .print(
                            programs.isEmpty() ? FreeRuns.PROGRAMS : programs,
                            units == null ? FREE_UNITS : units,
                            repetitions);
            System.out.println();
        }
        if (isWanted(Part.COSTS)) {
            System.out.println(
                    new Costs(process, folder.resolve("bench"), qemu).table(repetitions));
        }
        if (isWanted(Part.CHECKED)) {
            new CheckedRuns(process, folder.resolve("bench"), System.out)
                    .print(
                            programs.isEmpty() ? FreeRuns.PROGRAMS : programs,
                            units == null ? CHECKED_UNITS : units,
                            repetitions);
            System.out.println();
        }
        if (isWanted(Part.EVENTS)) {
            new EventDiffs(process, System.out)
                    .print(
                            events == null ? LOG_EVENTS : events,
                            seed == null ? SEED : seed,
                            repetitions);
        }
        if (isWanted(Part.STATES)) {
            new StateDiffs(process, System.out)
                    .print(KERNEL_BYTES, seed == null ? SEED : seed, repetitions);
        }
        if (isWanted(Part.SNAPSHOTS)) {
            new SnapshotCosts(process, folder.resolve("bench/pages"), System.out)
                    .print(mib == null ? SNAPSHOT_MIB : mib.intValue(), repetitions);
        }
        if (isWanted(Part.QEMU)) {
            measureQemu(process, folder.resolve("compute"));
        }
        if (isWanted(Part.PAIRS)) {
            int work = units == null ? PAIR_UNITS : units;
            System.out.printf(
                    "compute %d after the first fifth, medians of %d interleaved repetitions%n%n%s",
                    work,
                    repetitions,
                    pairs(process, folder.resolve("compute"), qemu).table(work, repetitions));
        }
    }

    private void measureQemu(BenchProcess process, Path program)
            throws IOException, InterruptedException {
        QemuUser emulator =
                qemu().orElseThrow(() ->
                        new ConfigException(
                                "--only qemu: no %s in PATH (expected: one; give it with --qemu FILE)"
                                        .formatted(QemuUser.NAME)));
        int work = units == null ? QEMU_UNITS : units;
        System.out.printf(
                "compute %d after the first fifth, compute 1 with QEMU's own plugin, medians of %d"
                        + " interleaved repetitions%n%n%s",
                work,
                repetitions,
                new QemuPairs(
                                process,
                                program,
                                emulator,
                                Optional.ofNullable(plugin).map(Path::toAbsolutePath),
                                QemuEngine.builtPlugin("--only qemu"))
                        .tables(work, repetitions));
    }

    private Optional<QemuUser> qemu() {
        return qemuFile == null ? QemuUser.find() : Optional.of(new QemuUser(qemuFile));
    }

    private Pairs pairs(BenchProcess process, Path program, Optional<QemuUser> qemu) {
        Pairs pairs = new Pairs(process, program);
        if (plugin != null && qemu.isPresent()) {
            pairs.add(qemu.get(), plugin.toAbsolutePath());
        }
        return pairs;
    }

    private boolean isWanted(Part which) {
        boolean usual =
                which != Part.CHECKED
                        && which != Part.EVENTS
                        && which != Part.STATES
                        && which != Part.SNAPSHOTS
                        && which != Part.QEMU
                        && (programs.isEmpty() || which == Part.FREE);
        return part == null ? usual : part == which;
    }

    private void checkOptions() {
        checkAtLeast("--repeat", repetitions, 1);
        checkOnlyFor("--events", events, Part.EVENTS);
        checkOnlyFor("--seed", seed, Part.EVENTS, Part.STATES);
        if (events != null) {
            checkAtLeast("--events", events, LEAST_LOG_EVENTS);
        }
        checkOnlyFor("--mib", mib, Part.SNAPSHOTS);
        if (mib != null && (mib < 1 || mib > MOST_MIB)) {
            throw new ConfigException("--mib: %d (expected: 1 to %d)".formatted(mib, MOST_MIB));
        }
        if (units != null) {
            checkAtLeast("--units", units, LEAST_UNITS);
        }
        checkQemu();
        for (String program : programs) {
            if (!FreeRuns.PROGRAMS.contains(program)) {
                throw new ConfigException(
                        "--program: '%s' (expected: one of %s)"
                                .formatted(program, String.join(", ", FreeRuns.PROGRAMS)));
            }
        }
        if (!programs.isEmpty() && (part == Part.COSTS || part == Part.PAIRS)) {
            throw new ConfigException(
                    "--program: '%s' with --only %s (expected: with --only free or checked, or alone)"
                            .formatted(programs.getFirst(), part.text()));
        }
    }

    private void checkOnlyFor(String option, @Nullable Long value, Part... parts) {
        if (value != null && !Arrays.asList(parts).contains(part)) {
            String expected =
                    Arrays.stream(parts).map(Part::text).collect(Collectors.joining(" or "));
            throw new ConfigException(
                    "%s: %d without --only %s (expected: with it)"
                            .formatted(option, value, expected));
        }
    }

    private void checkQemu() {
        if (qemuFile != null && !Files.isExecutable(qemuFile)) {
            throw new ConfigException(
                    "--qemu: '%s' (expected: a program that can be executed, such as /usr/bin/%s)"
                            .formatted(qemuFile, QemuUser.NAME));
        }
        if (plugin == null) {
            return;
        }
        if (!Files.isReadable(plugin) || plugin.toString().contains(",")) {
            throw new ConfigException(
                    "--qemu-plugin: '%s' (expected: a file that can be read, without a comma in its name)"
                            .formatted(plugin));
        }
        if (qemu().isEmpty()) {
            throw new ConfigException(
                    "--qemu-plugin: no %s in PATH (expected: one; give it with --qemu FILE)"
                            .formatted(QemuUser.NAME));
        }
    }

    private static void checkAtLeast(String option, long value, long least) {
        if (value < least) {
            throw new ConfigException(
                    option + ": " + value + " (expected: at least " + least + ")");
        }
    }
}
