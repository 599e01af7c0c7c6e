package dev.lockstep.riscv;

import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.proto.v1.StateList;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Writes the fields of a part down. */
public final class StateWriter implements Fields {
    private final StateGroup.Builder group = StateGroup.newBuilder();

    private StateWriter() {}

    /** Returns what a part hands over, which stays as it is. */
    public static StateGroup write(Portable part) {
        StateWriter writer = new StateWriter();
        part.exchange(writer);
        return writer.group.build();
    }

    private StateField.Builder field(String name) {
        return group.addFieldsBuilder().setName(name);
    }

    @Override
    public long number(String name, long value) {
        field(name).setNumber(value);
        return value;
    }

    @Override
    public long number(String name, long value, long least, long most) {
        return number(name, value);
    }

    @Override
    public long bits(String name, long value, long mask) {
        return number(name, value);
    }

    @Override
    public String text(String name, String value) {
        field(name).setText(value);
        return value;
    }

    @Override
    public byte[] data(String name, byte[] value) {
        field(name).setData(UnsafeByteOperations.unsafeWrap(value));
        return value;
    }

    @Override
    public void numbers(String name, int first, long[] values) {
        for (int i = first; i < values.length; i++) {
            number(name + i, values[i]);
        }
    }

    @Override
    public void group(String name, Portable part) {
        field(name).setGroup(write(part));
    }

    @Override
    public <T> T value(String name, T value, Form<T> form) {
        field(name).setGroup(written(value, form));
        return value;
    }

    private static <T> StateGroup written(T value, Form<T> form) {
        return write(fields -> form.exchange(value, fields));
    }

    @Override
    public <T> @Nullable T optional(String name, @Nullable T value, T blank, Form<T> form) {
        return value == null ? null : value(name, value, form);
    }

    @Override
    public <T> List<T> list(String name, List<T> values, T blank, Form<T> form) {
        StateList.Builder list = field(name).getListBuilder();
        values.forEach(value -> list.addItems(written(value, form)));
        return values;
    }

    @Override
    public <T extends @Nullable Object> T passing(T value, T none) {
        return value;
    }
}
