package dev.lockstep.riscv;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The fields of a part of a guest, which names each of them once: it hands over what a field holds
 * and goes on with what comes back. So the same line keeps a field, brings it back, writes it for
 * others and reads what they wrote.
 *
 * <pre>{@code
 * currentBreak = fields.number("brk", currentBreak);
 * }</pre>
 *
 * <p>Names have 1 to 64 characters of {@code [A-Za-z0-9._-]}. What is read and cannot be used is a
 * {@link StateException}; so is an {@link IllegalArgumentException} that is thrown by what reads.
 */
public interface Fields {
    /** Exchanges the fields of a value that does not change: returns one that has what came. */
    @FunctionalInterface
    interface Form<T> {
        T exchange(T value, Fields fields);
    }

    /** Exchanges 64 bits. */
    long number(String name, long value);

    /** Exchanges a signed number that lies between two others, both included. */
    long number(String name, long value, long least, long most);

    /** Exchanges a number of which no other bits are set than those of a mask. */
    long bits(String name, long value, long mask);

    /** Exchanges text. */
    String text(String name, String value);

    /** Exchanges bytes, which nobody changes any more. */
    byte[] data(String name, byte[] value);

    /** Exchanges numbers from {@code first} on, each under its own name: x1, x2, ... */
    void numbers(String name, int first, long[] values);

    /** Exchanges the fields of a part as a group. */
    void group(String name, Portable part);

    /** Exchanges a value that does not change as a group. */
    <T> T value(String name, T value, Form<T> form);

    /**
     * Exchanges a value that need not be there.
     *
     * @param blank any value, to begin from
     */
    <T> @Nullable T optional(String name, @Nullable T value, T blank, Form<T> form);

    /**
     * Exchanges values that do not change, in their order.
     *
     * @param blank any value, to begin from
     */
    <T> List<T> list(String name, List<T> values, T blank, Form<T> form);

    /**
     * Exchanges what comes back with the guest and is no part of its state: what is there only
     * while an instruction is served, or belongs to a run.
     *
     * @param none what it is in a guest that begins from a state
     */
    <T extends @Nullable Object> T passing(T value, T none);

    /** Exchanges a number that fits an int. */
    default int number(String name, int value, int least, int most) {
        return (int) number(name, (long) value, least, most);
    }

    /** Exchanges yes or no: 1 or 0. */
    default boolean flag(String name, boolean value) {
        return number(name, value ? 1 : 0, 0, 1) != 0;
    }
}
