package dev.lockstep.cli.bench;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.cli.text.TextTable;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.Strength;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** The part of a bench in which two engines check each other, beside each of them alone. */
public final class Pairs {
    /** A pair in strict grain gets so much less work, for it is that much slower. */
    private static final int STRICT_SHARE = 250;

    private static final List<Contestant> OURS =
            List.of(
                    new Contestant.FreeEngine("interp"),
                    new Contestant.FreeEngine("recomp"),
                    new Contestant.Pair(Grain.WINDOW, Strength.FULL, 1),
                    new Contestant.Pair(Grain.WINDOW, Strength.COMMIT, 1),
                    new Contestant.Pair(Grain.BLOCK, Strength.FULL, 1),
                    new Contestant.Pair(Grain.STRICT, Strength.FULL, STRICT_SHARE));

    private final BenchProcess process;
    private final Path program;
    private final List<Contestant> contestants = new ArrayList<>(OURS);

    public Pairs(BenchProcess process, Path program) {
        this.process = process;
        this.program = program;
    }

    /** Compares with two processes of {@code qemu} under {@code plugin}, too. */
    public void add(QemuUser qemu, Path plugin) {
        contestants.add(new Contestant.QemuPair(qemu, plugin, false));
        contestants.add(new Contestant.QemuPair(qemu, plugin, true));
    }

    /** Returns the table of so many interleaved repetitions. */
    public String table(int units, int repetitions) throws IOException, InterruptedException {
        Map<Contestant, List<Lap>> laps = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            for (Contestant contestant : contestants) {
                laps.computeIfAbsent(contestant, _ -> new ArrayList<>())
                        .add(contestant.lap(process, program, units));
            }
        }
        return table(laps);
    }

    private static String table(Map<Contestant, List<Lap>> laps) {
        Map<Contestant, Lap> medians = new LinkedHashMap<>();
        laps.forEach((contestant, all) -> medians.put(contestant, Lap.median(all)));
        double slowest = rates(medians, Contestant.FreeEngine.class).min().orElseThrow();
        OptionalDouble peer = rates(medians, Contestant.QemuPair.class).max();
        TextTable table = new TextTable("");
        table.row(row(peer, "", "blocks/s", "steps/s", "ratio", "wall", "x plugin"));
        medians.forEach((contestant, lap) ->
                table.row(
                        row(
                                peer,
                                contestant.title(),
                                Quantity.rough(lap.blocksPerSecond()),
                                Quantity.rough(lap.stepsPerSecond()),
                                "%.3f".formatted(lap.blocksPerSecond() / slowest),
                                Quantity.time(lap.wallMs()),
                                "%.2f".formatted(lap.blocksPerSecond() / peer.orElse(1)))));
        return table.text();
    }

    private static DoubleStream rates(
            Map<Contestant, Lap> medians, Class<? extends Contestant> kind) {
        return medians.entrySet().stream()
                .filter(entry -> kind.isInstance(entry.getKey()))
                .mapToDouble(entry -> entry.getValue().blocksPerSecond());
    }

    /** Returns the cells, without the last one where there is nothing to compare with. */
    private static List<String> row(OptionalDouble peer, String... cells) {
        return List.of(cells).subList(0, cells.length - (peer.isPresent() ? 0 : 1));
    }
}
