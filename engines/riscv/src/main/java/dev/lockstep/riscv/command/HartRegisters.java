package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Register;
import dev.lockstep.riscv.Hart;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The registers of a hart, as engines tell them to those who know them by their names alone. */
final class HartRegisters {
    private static final int COUNT = 32;
    private static final int FFLAGS_BITS = 5;

    /** x1 to x31, f0 to f31, fcsr. */
    static final List<Register> FILE = file();

    private HartRegisters() {}

    private static List<Register> file() {
        List<Register> file = new ArrayList<>();
        for (int i = 1; i < COUNT; i++) {
            file.add(register("x" + i, Long.SIZE));
        }
        for (int i = 0; i < COUNT; i++) {
            file.add(register("f" + i, Long.SIZE));
        }
        file.add(register("fcsr", Byte.SIZE));
        return List.copyOf(file);
    }

    private static Register register(String name, int bits) {
        return Register.newBuilder().setName(name).setBitCount(bits).build();
    }

    /** Writes the values of all of them, as RecordBatch.registers has them. */
    static void pack(Hart hart, byte[] row, int at) {
        ByteBuffer values = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).position(at);
        for (int i = 1; i < COUNT; i++) {
            values.putLong(hart.x[i]);
        }
        for (int i = 0; i < COUNT; i++) {
            values.putLong(hart.f[i]);
        }
        values.put((byte) (hart.frm << FFLAGS_BITS | hart.fflags));
    }
}
