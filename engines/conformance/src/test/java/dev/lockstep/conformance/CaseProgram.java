package dev.lockstep.conformance;

import dev.lockstep.riscv.contract.QemuProgram;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A guest that executes a batch of sequences, each in several states. */
final class CaseProgram {
    /** So often that the interpreter makes traces of a sequence, and then executes these. */
    static final int STATES = 32;

    private final long seed;
    private final List<Sequence> sequences = new ArrayList<>();
    private final ByteBuffer records;

    CaseProgram(long seed, SequenceGenerator generator, long firstSequence, int sequenceCount) {
        this.seed = seed;
        records = ByteBuffer.allocate(sequenceCount * STATES * State.SIZE_BYTES);
        records.order(ByteOrder.LITTLE_ENDIAN);
        for (long number = firstSequence; number < firstSequence + sequenceCount; number++) {
            Random random = SequenceGenerator.random(seed, number);
            Sequence sequence = generator.sequence(random, number);
            sequences.add(sequence);
            for (int state = 0; state < STATES; state++) {
                State.put(records, sequence, random);
            }
        }
    }

    long seed() {
        return seed;
    }

    List<Sequence> sequences() {
        return sequences;
    }

    int caseCount() {
        return sequences.size() * STATES;
    }

    Sequence sequenceOf(int caseIndex) {
        return sequences.get(caseIndex / STATES);
    }

    /** Returns the states before the sequences. */
    ByteBuffer records() {
        return records;
    }

    QemuProgram forQemu() {
        return new QemuProgram(Layout.CODE, image(), Layout.SIZE_BYTES - Layout.CODE);
    }

    /** Returns the memory from {@link Layout#CODE} on. */
    byte[] image() {
        ByteBuffer image = ByteBuffer.allocate(at(Layout.RECORDS) + records.capacity());
        image.order(ByteOrder.LITTLE_ENDIAN);
        image.put(0, Driver.CODE);
        sequences.forEach(it -> image.put(at(it.entry()), it.code(), 0, it.code().remaining()));
        image.putLong(at(Layout.MIDDLE + Layout.SAVE_ROUTINE), Driver.SAVE_ADDRESS);
        image.putLong(
                at(Layout.MIDDLE + Layout.END_OF_RECORDS), Layout.RECORDS + records.capacity());
        return image.put(at(Layout.RECORDS), records.array()).array();
    }

    private static int at(long address) {
        return (int) (address - Layout.CODE);
    }
}
