package dev.lockstep.conformance;

import dev.lockstep.riscv.contract.Operands;

import java.nio.ByteBuffer;
import java.util.Random;

/**
 * The record of a case: what the guest's registers and the scratch memory hold before its sequence,
 * and afterwards, in the same place, what they hold then.
 *
 * <pre>
 * | entry of the sequence | x1 ... x31 | f0 ... f31 | fcsr | scratch memory ... |   8 bytes each
 * </pre>
 */
final class State {
    private static final int REGISTERS = 32;
    private static final int F_OFFSET = REGISTERS * Long.BYTES;
    static final int FCSR_OFFSET = 2 * F_OFFSET;
    static final int SCRATCH_OFFSET = FCSR_OFFSET + Long.BYTES;
    static final int SIZE_BYTES = SCRATCH_OFFSET + Layout.SCRATCH_BYTES;

    private static final int FCSR_ROUNDING_SHIFT = 5;
    private static final int ROUNDING_MODES = 5;
    private static final int FLAGS = 1 << FCSR_ROUNDING_SHIFT;

    private State() {}

    static int offsetOfX(int register) {
        return register * Long.BYTES;
    }

    static int offsetOfF(int register) {
        return F_OFFSET + register * Long.BYTES;
    }

    /** Puts a random state. */
    static void put(ByteBuffer records, Sequence sequence, Random random) {
        int start = records.position();
        records.putLong(sequence.entry());
        for (int register = 1; register < REGISTERS; register++) {
            records.putLong(anyInteger(records, start, random));
        }
        for (int register = 0; register < REGISTERS; register++) {
            var format = FloatRegisters.of(random, register);
            records.putLong(Operands.floating(random, format == FloatRegisters.Format.SINGLE));
        }
        int flags = random.nextInt(4) == 0 ? random.nextInt(FLAGS) : 0;
        records.putLong((long) random.nextInt(ROUNDING_MODES) << FCSR_ROUNDING_SHIFT | flags);
        while (records.position() < start + SIZE_BYTES) {
            records.putLong(anyContent(random));
        }
        for (Base base : sequence.bases()) {
            records.putLong(start + offsetOfX(base.register()), base.address(random));
        }
    }

    /** Returns an integer, often 0 or what another register holds, for the sake of the branches. */
    private static long anyInteger(ByteBuffer records, int start, Random random) {
        int known = (records.position() - start) / Long.BYTES - 1;
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1, 2 ->
                    known == 0 ? 0 : records.getLong(start + offsetOfX(1 + random.nextInt(known)));
            default -> Operands.integer(random);
        };
    }

    private static long anyContent(Random random) {
        return random.nextBoolean()
                ? Operands.integer(random)
                : Operands.floating(random, random.nextBoolean());
    }

    /** Returns what the eight bytes at an offset of a record are. */
    static String name(int offset) {
        if (offset < F_OFFSET) {
            return "x" + offset / Long.BYTES;
        }
        if (offset < FCSR_OFFSET) {
            return "f" + (offset - F_OFFSET) / Long.BYTES;
        }
        return offset < SCRATCH_OFFSET
                ? "fcsr"
                : "memory at 0x"
                        + Long.toHexString(
                                Layout.MIDDLE - Layout.HALF_SCRATCH + offset - SCRATCH_OFFSET);
    }
}
