package dev.lockstep.riscv.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Fills a C structure for guest memory, field after field, little-endian; what is left out is zero.
 */
final class Struct {
    private final byte[] bytes;
    private final ByteBuffer fields;

    private Struct(byte[] bytes) {
        this.bytes = bytes;
        fields = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Struct ofBytes(int size) {
        return new Struct(new byte[size]);
    }

    Struct i64(long value) {
        fields.putLong(value);
        return this;
    }

    Struct i32(int value) {
        fields.putInt(value);
        return this;
    }

    Struct i16(int value) {
        fields.putShort((short) value);
        return this;
    }

    Struct i8(byte... values) {
        fields.put(values);
        return this;
    }

    /** Goes on at {@code offset}. */
    Struct at(int offset) {
        fields.position(offset);
        return this;
    }

    byte[] bytes() {
        return bytes;
    }
}
