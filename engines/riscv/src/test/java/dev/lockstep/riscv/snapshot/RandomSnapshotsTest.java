package dev.lockstep.riscv.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.lockstep.riscv.snapshot.PageSnapshot.Dirty;
import dev.lockstep.riscv.snapshot.PageSnapshot.Sourced;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/**
 * What holds of all snapshots of the checked profile. A failure names its seed; {@code
 * -Dlockstep.seed=N} repeats it.
 */
class RandomSnapshotsTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 32;
    private static final int ACTIONS = 12;
    private static final int CHAIN = 4;

    /** One machine, and what is done to it. */
    private static final class Trial {
        private final Random random;
        private final ArrayData source;
        private final FlatPagedMemory memory = new FlatPagedMemory(PAGES);
        private final PagedMachine machine;
        private final PageSnapshots snapshots;

        Trial(Random random, ArrayData source, int version) {
            this.random = random;
            this.source = source;
            List<Long> registers = random.longs(32).boxed().toList();
            CoreState core =
                    new CoreState(
                            registers,
                            random.nextLong(),
                            random.nextLong(),
                            random.nextLong(),
                            random.nextLong());
            machine = new PagedMachine(version, memory, core);
            snapshots = new PageSnapshots(SnapshotProfile.CHECKED, source, machine);
        }

        /** Loads segments that may overlap. */
        void loadProgram() {
            List<LoadingAction> segments = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                long size = (1 + random.nextInt(4)) * (long) PAGE;
                long start = random.nextInt(8 * PAGE);
                long from = random.nextBoolean() ? 0 : random.nextInt((int) size);
                long end = start + random.nextInt(5 * PAGE);
                LoadingAction segment =
                        new LoadingAction(
                                random.nextInt(8) * (long) PAGE, size, 0, start, end, from);
                segments.add(segment);
                memory.load(segment, source.bytes(1));
            }
            snapshots.tracker().markProgram(segments, 1, 0);
        }

        void act() {
            try {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 ->
                            snapshots
                                    .tracker()
                                    .store(
                                            address(),
                                            1 + random.nextInt(2),
                                            random.nextInt(3) * 2048L,
                                            length(),
                                            random.nextInt(PAGES * PAGE));
                    case 3 -> snapshots.tracker().untrack(address(), length());
                    case 4 -> memory.store(address(), SeededBytes.of(random.nextInt(), length()));
                    case 5 -> memory.setFlags(random.nextInt(PAGES), random.nextInt(4));
                    case 6 -> memory.clearFlags(random.nextInt(PAGES), random.nextInt(4));
                    default ->
                            snapshots.tracker().track(address(), length(), 1, random.nextInt(PAGE));
                }
            } catch (SnapshotException e) {
                // What cannot be done must leave what snapshots can be made of, too.
                assertThat(e.fault())
                        .isIn(SnapshotFault.OUT_OF_BOUND, SnapshotFault.WRITE_ON_EXECUTABLE);
            }
        }

        private long address() {
            int address = random.nextInt(PAGES * PAGE);
            return random.nextBoolean() ? address : address & -PAGE;
        }

        private int length() {
            return random.nextInt(6 * PAGE);
        }
    }

    static LongStream seeds() {
        Long given = Long.getLong("lockstep.seed");
        return given == null
                ? LongStream.concat(LongStream.range(0, 200), LongStream.of(System.nanoTime()))
                : LongStream.of(given);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatIsResumedIsWhatWasAndGoesOnAlike(long seed) {
        Random random = new Random(seed);
        int version = random.nextInt(3);
        ArrayData source =
                new ArrayData(
                        Map.of(
                                1, SeededBytes.of(random.nextInt(), 16 * PAGE),
                                2, SeededBytes.of(random.nextInt(), 5 * PAGE + 77)));
        Trial trial = new Trial(random, source, version);
        trial.loadProgram();
        for (int i = 0; i < CHAIN; i++) {
            for (int action = 0; action < ACTIONS; action++) {
                trial.act();
            }
            trial = resumed(trial, new Trial(random, source, version));
        }
    }

    private static Trial resumed(Trial trial, Trial other) {
        PageSnapshot snapshot = trial.snapshots.make();
        checkRuns(snapshot, trial);
        other.act();
        other.snapshots.resume(snapshot);

        assertThat(other.machine.core()).isEqualTo(trial.machine.core());
        assertThat(SnapshotCase.Memory.of(other.memory))
                .isEqualTo(SnapshotCase.Memory.of(trial.memory));
        assertThat(other.snapshots.make()).isEqualTo(snapshot);
        return other;
    }

    /** Every run has what memory has, and none begins where one like it ends. */
    private static void checkRuns(PageSnapshot snapshot, Trial trial) {
        for (Sourced sourced : snapshot.sourced()) {
            PageRun<Integer> run = sourced.pages();
            byte[] there = trial.memory.load(run.address(), (int) run.lengthBytes());
            assertThat(
                            trial.source
                                    .loadOrThrow(run.source(), run.offset(), run.lengthBytes())
                                    .bytes())
                    .isEqualTo(there);
        }
        for (Dirty dirty : snapshot.dirty()) {
            byte[] there = trial.memory.load(dirty.address(), dirty.content().size());
            assertThat(dirty.content()).isEqualTo(ByteString.copyFrom(there));
        }
        List<PageRun<Integer>> sourced = snapshot.sourced().stream().map(Sourced::pages).toList();
        List<PageRun<Integer>> dirty =
                snapshot.dirty().stream()
                        .map(run ->
                                new PageRun<>(
                                        run.address(),
                                        run.content().size(),
                                        run.flags(),
                                        0,
                                        run.address()))
                        .toList();
        assertThat(PageRun.joined(sourced)).isEqualTo(sourced);
        assertThat(PageRun.joined(dirty)).isEqualTo(dirty);
        checkDisjoint(sourced, dirty);
    }

    private static void checkDisjoint(
            List<PageRun<Integer>> sourced, List<PageRun<Integer>> dirty) {
        List<PageRun<Integer>> all = new ArrayList<>(sourced);
        all.addAll(dirty);
        all.sort(Comparator.comparingLong(PageRun::address));
        for (int i = 1; i < all.size(); i++) {
            assertThat(all.get(i).address()).isGreaterThanOrEqualTo(all.get(i - 1).end());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aProgramHasPagesOfItsSourceUntilTheyAreWritten(long seed) {
        Random random = new Random(seed);
        ArrayData source = new ArrayData(Map.of(1, SeededBytes.of(seed, 16 * PAGE)));
        Trial trial = new Trial(random, source, 0);
        LoadingAction segment = new LoadingAction(0, 4 * PAGE, 0, 100, 100 + 4 * PAGE, 0);
        trial.memory.load(segment, source.bytes(1));
        trial.snapshots.tracker().markProgram(List.of(segment), 1, 0);
        assertThat(trial.snapshots.make().sourced())
                .extracting(Sourced::pages)
                .containsExactly(new PageRun<>(0, 4 * PAGE, 0, 1, 100));

        int written = random.nextInt(4 * PAGE);
        trial.memory.store(written, new byte[] {1});

        assertThat(trial.snapshots.make().sourced())
                .extracting(Sourced::pages)
                .allMatch(run -> written < run.address() || written >= run.end())
                .isNotEmpty();
    }
}
