package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.World;
import dev.lockstep.sdk.RecordBatch;
import dev.lockstep.sdk.RecordSink;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The loop around an engine, with an engine and a machine that do what the test says. */
class GuestRunnerTest {
    private static final GuestExit EXIT = new GuestExit(GuestExit.Reason.EXITED, 3);
    private static final long TIME = 123_456;
    private static final long LIMIT = 1000;

    private final Hart hart = new Hart();
    private final Deque<Supplier<Stop>> engine = new ArrayDeque<>();
    private final Deque<Supplier<Optional<GuestExit>>> machine = new ArrayDeque<>();
    private final Sink sink = new Sink();

    @Test
    void anEcallCompletesTheRecordThatTheEngineLeftOpen() {
        engine.add(() -> open(Stop.ECALL, 0x1008, 2, 77));
        machine.add(() -> goOn(0x100C, Optional.of(EXIT)));
        assertThat(run()).isEqualTo(EXIT);
        assertThat(sink.records()).containsExactly(new Row(0x100C, 77, 3, 0));
        assertThat(hart.steps).isEqualTo(3);
        assertThat(hart.blocks).isEqualTo(1);
        assertThat(hart.openSteps).isZero();
    }

    @Test
    void whatACallAddsToTheOpenDigestIsInTheRecord() {
        engine.add(() -> open(Stop.ECALL, 0x1008, 0, 0));
        machine.add(() -> {
            hart.openDigest += 5;
            return goOn(0x100C, Optional.of(EXIT));
        });
        run();
        assertThat(sink.records()).containsExactly(new Row(0x100C, 5, 1, 0));
    }

    @Test
    void aReadOfTheTimeCompletesTheRecordAndIsNoEffect() {
        engine.add(() -> {
            hart.trapValue = 11;
            return open(Stop.TIME, 0x1008, 2, 77);
        });
        engine.add(this::reachLimit);
        run();
        assertThat(sink.records()).containsExactly(new Row(0x100C, 77, 3, 0));
        assertThat(hart.x[11]).isEqualTo(TIME);
    }

    @Test
    void aTrapIsAnEffectThatTurnsAndItsRecordEndsAtTheInstruction() {
        engine.add(() -> {
            hart.trapCause = TrapCause.ILLEGAL_INSTRUCTION;
            return open(Stop.TRAP, 0x1008, 2, 77);
        });
        machine.add(() -> {
            hart.addTrap(hart.trapCause);
            return Optional.of(new GuestExit(GuestExit.Reason.SIGNALED, 4));
        });
        run();
        long digest =
                (77
                                + Digest.mix(TrapCause.ILLEGAL_INSTRUCTION)
                                        * Digest.constant(0x1008, Digest.TRAP))
                        * Digest.TURN;
        assertThat(sink.records()).containsExactly(new Row(0x1008, digest, 3, 1));
    }

    @Test
    void aTrapThatIsHandledGoesOnAtTheHandlerWithAFreshRecord() {
        engine.add(() -> open(Stop.TRAP, 0x1008, 0, 0));
        engine.add(() -> open(Stop.ECALL, 0x2004, 1, 9));
        machine.add(() -> goOn(0x2000, Optional.empty()));
        machine.add(() -> goOn(0x2008, Optional.of(EXIT)));
        run();
        assertThat(sink.records()).extracting(Row::nextPc).containsExactly(0x2000L, 0x2008L);
        assertThat(sink.records().get(1)).isEqualTo(new Row(0x2008, 9, 2, 0));
    }

    @Test
    void aFullBatchIsSentBeforeTheEngineGoesOn() {
        engine.add(() -> {
            while (sink.batch.add(0x1000, 0, 1, 0)) {}
            return Stop.RECORDS_FULL;
        });
        engine.add(() -> {
            assertThat(sink.batch.hasRoom()).isTrue();
            return open(Stop.ECALL, 0x1008, 0, 0);
        });
        machine.add(() -> goOn(0x100C, Optional.of(EXIT)));
        run();
        assertThat(sink.records()).hasSize(Sink.CAPACITY + 1);
    }

    @Test
    void theStepLimitEndsTheRun() {
        engine.add(this::reachLimit);
        assertThat(run().reason()).isEqualTo(GuestExit.Reason.LIMIT);
    }

    @Test
    void whatIsToBeDoneAtTheStepLimitIsDone() {
        engine.add(this::reachLimit);
        List<Long> visits = new ArrayList<>();
        runner().run(
                        LIMIT,
                        new GuestRunner.Stations() {
                            @Override
                            public long nextStep() {
                                return visits.isEmpty() ? LIMIT : Long.MAX_VALUE;
                            }

                            @Override
                            public void come() {
                                visits.add(hart.steps);
                            }
                        });
        assertThat(visits).containsExactly(LIMIT);
    }

    @Test
    void aFreeRunKeepsNoRecords() {
        engine.add(() -> open(Stop.ECALL, 0x1008, 2, 0));
        machine.add(() -> goOn(0x100C, Optional.of(EXIT)));
        GuestExit exit =
                new GuestRunner(new ScriptedEngine(), new ScriptedMachine(), hart, Recorder.NONE)
                        .run(9);
        assertThat(exit).isEqualTo(EXIT);
        assertThat(hart.steps).isEqualTo(3);
    }

    private GuestExit run() {
        return runner().run(LIMIT);
    }

    private GuestRunner runner() {
        Recorder recorder = new BlockRecorder(sink, Recording.Effects.FULL, Long.MAX_VALUE);
        return new GuestRunner(new ScriptedEngine(), new ScriptedMachine(), hart, recorder);
    }

    private Stop reachLimit() {
        hart.steps = LIMIT;
        return Stop.LIMIT;
    }

    private Stop open(Stop stop, long pc, int steps, long digest) {
        hart.pc = pc;
        hart.steps += steps;
        hart.openSteps = steps;
        hart.openDigest = digest;
        return stop;
    }

    private Optional<GuestExit> goOn(long pc, Optional<GuestExit> exit) {
        hart.pc = pc;
        return exit;
    }

    private final class ScriptedEngine implements Executor {
        @Override
        public Stop run(long stepLimit) {
            return engine.remove().get();
        }

        @Override
        public void invalidate(long address, long length) {}
    }

    private final class ScriptedMachine implements GuestMachine {
        @Override
        public Optional<GuestExit> ecall() {
            return machine.remove().get();
        }

        @Override
        public Optional<GuestExit> trap() {
            return machine.remove().get();
        }

        @Override
        public void readTime(int rd) {
            hart.x[rd] = TIME;
            hart.pc += 4;
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

    private record Row(long nextPc, long digest, int steps, int turns) {}

    /** Keeps what is flushed. */
    private static final class Sink implements RecordSink {
        static final int CAPACITY = 4;

        final RecordBatch batch = new RecordBatch(CAPACITY);
        private final List<Row> flushed = new ArrayList<>();

        @Override
        public RecordBatch batch() {
            return batch;
        }

        @Override
        public void flush() {
            flushed.addAll(rows());
            batch.reset(CAPACITY);
        }

        List<Row> records() {
            List<Row> all = new ArrayList<>(flushed);
            all.addAll(rows());
            return all;
        }

        private List<Row> rows() {
            ByteBuffer bytes = ByteBuffer.wrap(batch.rows()).order(ByteOrder.LITTLE_ENDIAN);
            List<Row> rows = new ArrayList<>();
            for (int at = 0; at < batch.sizeBytes(); at += RecordLayout.SIZE_BYTES) {
                rows.add(
                        new Row(
                                bytes.getLong(at + RecordLayout.NEXT_PC_OFFSET),
                                bytes.getLong(at + RecordLayout.DIGEST_OFFSET),
                                bytes.getInt(at + RecordLayout.STEPS_OFFSET),
                                bytes.getInt(at + RecordLayout.TURNS_OFFSET)));
            }
            return rows;
        }
    }
}
