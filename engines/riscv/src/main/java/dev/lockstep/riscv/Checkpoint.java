package dev.lockstep.riscv;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Keeps fields as they are, and gives them back in the same order. */
final class Checkpoint implements Fields {
    private final List<@Nullable Object> kept = new ArrayList<>();

    /** What is to be given back next; null as long as fields are kept. */
    private @Nullable Iterator<@Nullable Object> back;

    private Checkpoint() {}

    /** Keeps the state of a part; returns what brings it back, as often as it is run. */
    static Runnable of(Portable part) {
        Checkpoint checkpoint = new Checkpoint();
        part.exchange(checkpoint);
        return () -> {
            checkpoint.back = checkpoint.kept.iterator();
            part.exchange(checkpoint);
        };
    }

    @Override
    @SuppressWarnings("unchecked") // What comes back is what was kept in its place.
    public <T extends @Nullable Object> T passing(T value, T none) {
        if (back != null) {
            return (T) back.next();
        }
        kept.add(value);
        return value;
    }

    private <T extends @Nullable Object> T exchange(T value) {
        return passing(value, value);
    }

    @Override
    public long number(String name, long value) {
        return exchange(value);
    }

    @Override
    public long number(String name, long value, long least, long most) {
        return exchange(value);
    }

    @Override
    public long bits(String name, long value, long mask) {
        return exchange(value);
    }

    @Override
    public String text(String name, String value) {
        return exchange(value);
    }

    @Override
    public byte[] data(String name, byte[] value) {
        return exchange(value);
    }

    @Override
    public void numbers(String name, int first, long[] values) {
        long[] before = exchange(back == null ? values.clone() : values);
        System.arraycopy(before, 0, values, 0, values.length);
    }

    @Override
    public void group(String name, Portable part) {
        part.exchange(this);
    }

    @Override
    public <T> T value(String name, T value, Form<T> form) {
        return exchange(value);
    }

    @Override
    public <T> @Nullable T optional(String name, @Nullable T value, T blank, Form<T> form) {
        return exchange(value);
    }

    @Override
    public <T> List<T> list(String name, List<T> values, T blank, Form<T> form) {
        return exchange(List.copyOf(values));
    }
}
