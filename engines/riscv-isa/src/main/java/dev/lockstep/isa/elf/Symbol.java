package dev.lockstep.isa.elf;

/**
 * A function, an object, or a label.
 *
 * @param size in bytes; of what has no size of its own, up to the end of its section
 */
public record Symbol(String name, long address, long size) {

    /** Returns whether {@code other} is one of the symbol's bytes, or its address. */
    boolean covers(long other) {
        return other == address || Long.compareUnsigned(other - address, size) < 0;
    }
}
