package dev.lockstep.riscv;

import com.dynatrace.hash4j.hashing.Hashing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The register half of docs/protocol.md, "State digests"; memory digests itself. */
public final class StateDigest {
    private static final int FFLAGS_BITS = 5;
    private static final int FFLAGS = (1 << FFLAGS_BITS) - 1;

    private StateDigest() {}

    /** Returns the digest of x0 to x31, f0 to f31, fcsr and pc. */
    public static long registers(Hart hart) {
        return Hashing.xxh3_64().hashBytesToLong(bytes(hart));
    }

    /** Returns what is digested: 66 little-endian numbers of 64 bits. */
    public static byte[] bytes(Hart hart) {
        int words = hart.x.length + hart.f.length + 2;
        ByteBuffer bytes = ByteBuffer.allocate(words * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : hart.x) {
            bytes.putLong(value);
        }
        for (long value : hart.f) {
            bytes.putLong(value);
        }
        bytes.putLong(((long) hart.frm << FFLAGS_BITS) | hart.fflags).putLong(hart.pc);
        return bytes.array();
    }

    /** Gives a hart the registers that {@link #bytes} returned of another. */
    public static void set(Hart hart, byte[] registers) {
        ByteBuffer bytes = ByteBuffer.wrap(registers).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asLongBuffer().get(hart.x).get(hart.f);
        bytes.position((hart.x.length + hart.f.length) * Long.BYTES);
        long fcsr = bytes.getLong();
        hart.fflags = (int) fcsr & FFLAGS;
        hart.frm = (int) fcsr >>> FFLAGS_BITS;
        hart.pc = bytes.getLong();
    }
}
