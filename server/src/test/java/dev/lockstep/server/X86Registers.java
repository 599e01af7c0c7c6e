package dev.lockstep.server;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.proto.v1.Register;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.protocol.RecordLayout;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What an emulator of another instruction set says of its registers: names, widths, values. */
public final class X86Registers {
    private static final int PC = 0x401000;

    private final Map<String, Integer> widths = new LinkedHashMap<>();

    /** Returns rax, rcx, eflags and xmm0. */
    public static X86Registers usual() {
        return new X86Registers().and("rax", 64).and("rcx", 64).and("eflags", 32).and("xmm0", 128);
    }

    /** Adds a register. */
    public X86Registers and(String name, int bits) {
        widths.put(name, bits);
        return this;
    }

    /** Says so in a Hello. */
    public Hello.Builder in(Hello.Builder hello) {
        hello.clearStrengths()
                .addStrengths(Strength.STRENGTH_PC)
                .addStrengths(Strength.STRENGTH_PATH)
                .addStrengths(Strength.STRENGTH_REGISTERS);
        widths.forEach((name, bits) ->
                hello.addRegisters(Register.newBuilder().setName(name).setBitCount(bits)));
        return hello;
    }

    /** Returns the row of a guest, in which every register has its own value at every step. */
    public byte[] row(long step) {
        ByteBuffer row =
                ByteBuffer.allocate(widths.values().stream().mapToInt(it -> (it + 7) / 8).sum());
        widths.forEach((name, bits) -> {
            for (int i = 0; i < (bits + 7) / 8; i++) {
                row.put((byte) (name.hashCode() + 31 * step + 7L * i));
            }
        });
        return row.array();
    }

    /** Returns the row with another value in one register, from its lowest bytes on. */
    public byte[] rowWith(long step, String register, long value) {
        ByteBuffer row = ByteBuffer.wrap(row(step)).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        for (String name : widths.keySet()) {
            if (name.equals(register)) {
                return row.putInt(at, (int) value).array();
            }
            at += (widths.get(name) + 7) / 8;
        }
        throw new IllegalArgumentException(register);
    }

    /** Returns records that end at these steps, with the guest's registers. */
    public RecordBatch batch(long firstStep, long... ends) {
        return batch(firstStep, ends, Arrays.stream(ends).mapToObj(this::row).toList());
    }

    /** Returns records that end at these steps, with these registers. */
    public static RecordBatch batch(long firstStep, long[] ends, List<byte[]> rows) {
        ByteBuffer records =
                ByteBuffer.allocate(ends.length * RecordLayout.SIZE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        long step = firstStep;
        for (long end : ends) {
            records.putLong(PC + end).putLong(0).putInt((int) (end - step)).putInt(0);
            step = end;
        }
        return RecordBatch.newBuilder()
                .setFirstStep(firstStep)
                .setFirstPc(PC + firstStep)
                .setRecords(ByteString.copyFrom(records.flip()))
                .setRegisters(ByteString.copyFrom(rows.stream().map(ByteString::copyFrom).toList()))
                .build();
    }

    /** Returns where the guest is after so many steps. */
    public static long pc(long step) {
        return PC + step;
    }
}
