package dev.lockstep.server.run;

/**
 * How much was compared and found equal. With several subjects: by all of them.
 *
 * @param steps steps of the pairs that are equal, from where the comparison begins
 * @param blocks blocks of the reference
 * @param windows windows of a run at that grain
 * @param digests digests of effects, one for each pair of joined records
 * @param registers register files, or digests of them
 * @param stores digests of memory
 * @param inputs questions to the world
 */
public record Compared(
        long steps,
        long blocks,
        long windows,
        long digests,
        long registers,
        long stores,
        long inputs) {
    /** Nothing. */
    public static final Compared NOTHING = new Compared(0, 0, 0, 0, 0, 0, 0);

    /** Returns what both this and {@code other} cover. */
    Compared min(Compared other) {
        return new Compared(
                Math.min(steps, other.steps),
                Math.min(blocks, other.blocks),
                Math.min(windows, other.windows),
                Math.min(digests, other.digests),
                Math.min(registers, other.registers),
                Math.min(stores, other.stores),
                Math.min(inputs, other.inputs));
    }
}
