package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.World;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

class PaceTest {
    private static final GuestExit EXIT = new GuestExit(GuestExit.Reason.EXITED, 3);
    private static final long STEPS = 2_500_000;
    private static final int BLOCK_STEPS = 10;

    @TempDir private Path folder;

    private final Hart hart = new Hart();

    @Test
    void theGuestRunsToItsEndAndTheMarksLeadThere() throws IOException {
        assertThat(run(Long.MAX_VALUE)).isEqualTo(EXIT);

        List<long[]> marks = marks();
        assertThat(marks).extracting(mark -> mark[0]).startsWith(0L).endsWith(STEPS).isSorted();
        assertThat(marks).hasSizeGreaterThan(3);
        assertThat(marks).allMatch(mark -> mark[1] == mark[0] / BLOCK_STEPS);
        assertThat(marks).extracting(mark -> mark[2]).isSorted();
    }

    @Test
    void aLimitOfStepsHolds() throws IOException {
        assertThat(run(1_500_000).reason()).isEqualTo(GuestExit.Reason.LIMIT);

        assertThat(hart.steps).isEqualTo(1_500_000);
        assertThat(marks().getLast()[0]).isEqualTo(1_500_000);
    }

    private GuestExit run(long maxSteps) throws IOException {
        return Pace.run(
                new GuestRunner(new Straight(), new Ending(), hart, Recorder.NONE),
                hart,
                maxSteps,
                folder.resolve("pace"));
    }

    private List<long[]> marks() throws IOException {
        return Files.readAllLines(folder.resolve("pace")).stream()
                .map(line -> Stream.of(line.split(" ")).mapToLong(Long::parseLong).toArray())
                .toList();
    }

    /** Executes blocks of ten steps, the last of which ends in an ecall. */
    private final class Straight implements Executor {
        @Override
        public Stop run(long stepLimit) {
            while (hart.steps < stepLimit) {
                if (hart.steps + BLOCK_STEPS == STEPS) {
                    hart.steps += BLOCK_STEPS - 1;
                    return Stop.ECALL;
                }
                hart.steps += BLOCK_STEPS;
                hart.blocks++;
            }
            return Stop.LIMIT;
        }

        @Override
        public void invalidate(long address, long length) {}
    }

    /** Ends at its first call. */
    private static final class Ending implements GuestMachine {
        @Override
        public Optional<GuestExit> ecall() {
            return Optional.of(EXIT);
        }

        @Override
        public Optional<GuestExit> trap() {
            throw new IllegalStateException("nothing traps");
        }

        @Override
        public void readTime(int rd) {
            throw new IllegalStateException("nothing reads the time");
        }

        @Override
        public StateGroup state() {
            throw new IllegalStateException("nobody keeps it");
        }

        @Override
        public World world() {
            throw new IllegalStateException("nobody keeps it");
        }

        @Override
        public Runnable checkpoint() {
            throw new IllegalStateException("nobody goes back");
        }
    }
}
