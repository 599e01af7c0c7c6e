package dev.lockstep.riscv;

import com.dynatrace.hash4j.hashing.Hashing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The register half of docs/protocol.md, "State digests"; memory digests itself. */
public final class StateDigest {
    private static final int FFLAGS_BITS = 5;

    private StateDigest() {}

    /** Returns the digest of x0 to x31, f0 to f31, fcsr and pc. */
    public static long registers(Hart hart) {
        int words = hart.x.length + hart.f.length + 2;
        ByteBuffer bytes = ByteBuffer.allocate(words * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : hart.x) {
            bytes.putLong(value);
        }
        for (long value : hart.f) {
            bytes.putLong(value);
        }
        bytes.putLong(((long) hart.frm << FFLAGS_BITS) | hart.fflags).putLong(hart.pc);
        return Hashing.xxh3_64().hashBytesToLong(bytes.array());
    }
}
