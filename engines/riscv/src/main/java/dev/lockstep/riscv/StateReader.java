package dev.lockstep.riscv;

import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateField.ValueCase;
import dev.lockstep.proto.v1.StateGroup;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads the fields of a part from what was written down, all of it. */
public final class StateReader implements Fields {
    /** Of text so much is shown in a message. */
    private static final int SHOWN_CHARACTERS = 80;

    private final String path;

    /** By name, those that nobody has asked for yet. */
    private final Map<String, StateField> left = new HashMap<>();

    private StateReader(String path, StateGroup group) {
        this.path = path;
        for (StateField field : group.getFieldsList()) {
            if (left.put(field.getName(), field) != null) {
                throw StateException.at(at(field.getName()), "twice (expected: once)");
            }
        }
    }

    /**
     * Has a part take what a group has.
     *
     * @param path what the group is called in messages; empty for that of a whole machine
     * @throws StateException if a field is missing, of another kind than expected, out of range, or
     *     unknown; then the part may have taken a part of it
     */
    public static void read(String path, StateGroup group, Portable part) {
        StateReader reader = new StateReader(path, group);
        try {
            part.exchange(reader);
        } catch (IllegalArgumentException e) {
            throw StateException.at(path, String.valueOf(e.getMessage()));
        }
        reader.left.keySet().stream().min(String::compareTo).ifPresent(reader::refuseUnknown);
    }

    private void refuseUnknown(String name) {
        throw StateException.at(at(name), "unknown (expected: no such field)");
    }

    private String at(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private StateField take(String name, ValueCase kind) {
        StateField field = left.remove(name);
        if (field == null) {
            throw StateException.at(at(name), "missing (expected: a " + name(kind) + ")");
        }
        if (field.getValueCase() != kind) {
            throw StateException.at(at(name), shown(field) + " (expected: a " + name(kind) + ")");
        }
        return field;
    }

    private static String name(ValueCase kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String shown(StateField field) {
        return switch (field.getValueCase()) {
            case NUMBER -> "0x" + Long.toHexString(field.getNumber());
            case TEXT -> '"' + shortened(field.getText()) + '"';
            case DATA -> field.getData().size() + " bytes of data";
            case GROUP -> "a group";
            case LIST -> "a list";
            case VALUE_NOT_SET -> "nothing";
        };
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN_CHARACTERS
                ? text
                : text.substring(0, SHOWN_CHARACTERS) + "...";
    }

    @Override
    public long number(String name, long value) {
        return take(name, ValueCase.NUMBER).getNumber();
    }

    @Override
    public long number(String name, long value, long least, long most) {
        long read = number(name, value);
        if (read < least || read > most) {
            String expected = least == most ? "" + least : least + " to " + most;
            throw StateException.at(at(name), read + " (expected: " + expected + ")");
        }
        return read;
    }

    @Override
    public long bits(String name, long value, long mask) {
        long read = number(name, value);
        if ((read & ~mask) != 0) {
            throw StateException.at(
                    at(name), "0x%x (expected: bits of 0x%x)".formatted(read, mask));
        }
        return read;
    }

    @Override
    public String text(String name, String value) {
        return take(name, ValueCase.TEXT).getText();
    }

    @Override
    public byte[] data(String name, byte[] value) {
        return take(name, ValueCase.DATA).getData().toByteArray();
    }

    @Override
    public void numbers(String name, int first, long[] values) {
        for (int i = first; i < values.length; i++) {
            values[i] = number(name + i, values[i]);
        }
    }

    @Override
    public void group(String name, Portable part) {
        read(at(name), take(name, ValueCase.GROUP).getGroup(), part);
    }

    @Override
    public <T> T value(String name, T value, Form<T> form) {
        return value(at(name), take(name, ValueCase.GROUP).getGroup(), value, form);
    }

    /**
     * Returns the value that a group has.
     *
     * @param path what the group is called in messages
     * @param blank any value, to begin from
     * @throws StateException as {@link #read}
     */
    public static <T> T value(String path, StateGroup group, T blank, Form<T> form) {
        List<T> read = new ArrayList<>(1);
        read(path, group, fields -> read.add(form.exchange(blank, fields)));
        return read.getFirst();
    }

    @Override
    public <T> @Nullable T optional(String name, @Nullable T value, T blank, Form<T> form) {
        return left.containsKey(name) ? value(name, blank, form) : null;
    }

    @Override
    public <T> List<T> list(String name, List<T> values, T blank, Form<T> form) {
        List<StateGroup> items = take(name, ValueCase.LIST).getList().getItemsList();
        List<T> read = new ArrayList<>(items.size());
        for (StateGroup item : items) {
            read.add(value(at(name) + "[" + read.size() + "]", item, blank, form));
        }
        return List.copyOf(read);
    }

    @Override
    public <T extends @Nullable Object> T passing(T value, T none) {
        return none;
    }
}
