package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.Digest;
import dev.lockstep.protocol.RecordLayout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A guest made up step by step, from which reports with any block boundaries can be cut. */
final class Guest {
    static final long ENTRY = 0x10000;

    /** One step: where it leads, what it adds to the digest, whether it turns it. */
    record Step(long nextPc, long digest, int turns) {}

    /** One block, as its record tells it. */
    record Block(long nextPc, long digest, int steps, int turns) {}

    private final List<Step> steps;

    private Guest(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** Returns a guest of so many steps that goes nowhere in particular. */
    static Guest random(long seed, int stepCount) {
        Random random = new Random(seed);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < stepCount; i++) {
            steps.add(
                    new Step(
                            ENTRY + 4L * random.nextInt(1000),
                            random.nextLong(),
                            random.nextInt(4) == 0 ? 1 : 0));
        }
        return new Guest(steps);
    }

    /** Returns this guest with another digest at one step. */
    Guest withWrongDigest(int step) {
        Step old = steps.get(step);
        return with(step, new Step(old.nextPc(), old.digest() + 1, old.turns()));
    }

    /** Returns this guest with another way out of one step. */
    Guest withWrongPc(int step) {
        Step old = steps.get(step);
        return with(step, new Step(old.nextPc() + 2, old.digest(), old.turns()));
    }

    private Guest with(int index, Step step) {
        List<Step> changed = new ArrayList<>(steps);
        changed.set(index, step);
        return new Guest(changed);
    }

    int stepCount() {
        return steps.size();
    }

    long pc(int step) {
        return step == 0 ? ENTRY : steps.get(step - 1).nextPc();
    }

    /** Returns the record of the steps from {@code from} to before {@code to}. */
    Block record(int from, int to) {
        long digest = 0;
        int turns = 0;
        for (Step step : steps.subList(from, to)) {
            digest = Digest.join(digest, step.digest(), step.turns());
            turns += step.turns();
        }
        return new Block(pc(to), digest, to - from, turns);
    }

    /** Returns one batch of blocks whose boundaries are given: first step, ..., last step. */
    RecordBatch batch(int... boundaries) {
        List<Block> records = new ArrayList<>();
        for (int i = 1; i < boundaries.length; i++) {
            records.add(record(boundaries[i - 1], boundaries[i]));
        }
        return batch(boundaries[0], pc(boundaries[0]), records);
    }

    static RecordBatch batch(long firstStep, long firstPc, List<Block> records) {
        ByteBuffer rows =
                ByteBuffer.allocate(records.size() * RecordLayout.SIZE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (Block record : records) {
            rows.putLong(record.nextPc()).putLong(record.digest());
            rows.putInt(record.steps()).putInt(record.turns());
        }
        return RecordBatch.newBuilder()
                .setFirstStep(firstStep)
                .setFirstPc(firstPc)
                .setRecords(ByteString.copyFrom(rows.array()))
                .build();
    }

    /** Returns the question of call 63 at {@code step}, in a block that started at {@code from}. */
    InputRequest question(int from, int step) {
        Block open = record(from, step);
        return InputRequest.newBuilder()
                .setStep(step)
                .setPc(pc(step))
                .setNumber(63)
                .addArguments(0)
                .addArguments(0x2000)
                .setOpenRecord(
                        OpenRecord.newBuilder()
                                .setFirstStep(from)
                                .setFirstPc(pc(from))
                                .setStepCount(step - from)
                                .setDigest(open.digest())
                                .setTurns(open.turns()))
                .build();
    }

    /** Returns the end of this guest: exit status 0 after all its steps. */
    GuestEnd end() {
        return GuestEnd.newBuilder()
                .setStepCount(stepCount())
                .setPc(pc(stepCount()))
                .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED))
                .setRegisterDigest(11)
                .setMemoryDigest(12)
                .build();
    }
}
