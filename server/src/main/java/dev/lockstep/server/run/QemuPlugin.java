package dev.lockstep.server.run;

import java.util.function.Consumer;

/**
 * What the lockstep plugin of QEMU prints on one side, to the letter (docs/divergences.md).
 *
 * <p>Hot path: {@link #executed} runs once per block; it keeps the last blocks in rings.
 */
final class QemuPlugin {
    private static final int PREVIOUS_BLOCKS = 5;

    private final boolean verbose;
    private final Consumer<String> output;
    private final DistanceTracker distances;

    private final long[] pcs = new long[PREVIOUS_BLOCKS];
    private final long[] lengths = new long[PREVIOUS_BLOCKS];
    private final long[] totals = new long[PREVIOUS_BLOCKS];
    private long blocks;
    private long instructions;

    /**
     * Creates a plugin that has seen nothing.
     *
     * @param distances knows of every divergence before it is {@link #diverged told}
     * @param output takes pieces of text, which carry their own line ends
     */
    QemuPlugin(boolean verbose, DistanceTracker distances, Consumer<String> output) {
        this.verbose = verbose;
        this.distances = distances;
        this.output = output;
    }

    /** Leaves a block behind, divergent or not. */
    void executed(long pc, long length, long total) {
        int slot = slot(blocks);
        pcs[slot] = pc;
        lengths[slot] = length;
        totals[slot] = total;
        blocks++;
        instructions += length;
    }

    /**
     * Tells of a divergence, if it is one to be told.
     *
     * @param total instructions before the block
     */
    void diverged(long pc, long total, long peerPc, long peerTotal) {
        if (verbose || distances.distance() == 1 || distances.gaveUp()) {
            output.accept(
                    "@ 0x%016x vs 0x%016x (%d/%d since last)\n"
                            .formatted(pc, peerPc, distances.count(), distances.distance()));
        }
        if (distances.gaveUp()) {
            output.accept(
                    "Δ insn_count @ 0x%016x (%d) vs 0x%016x (%d)\n"
                            .formatted(pc, total, peerPc, peerTotal));
            printPrevious();
            output.accept("too much divergence... giving up.");
        }
    }

    /** Tells that the other side is gone. */
    void peerGone() {
        output.accept("read less than expected");
    }

    /** Tells what a plugin that did not give up tells at its guest's end. */
    void exited() {
        output.accept("No divergence :-)\n");
        output.accept("Executed %d/%d blocks\n".formatted(blocks, blocks));
        output.accept("Executed ~%d instructions\n".formatted(instructions));
    }

    /** The plugin's loop never comes to its oldest entry. */
    private void printPrevious() {
        long oldest = Math.max(1, blocks - PREVIOUS_BLOCKS);
        for (long block = blocks - 1; block >= oldest; block--) {
            int slot = slot(block);
            output.accept(
                    "  previously @ 0x%016x/%d (%d insns)\n"
                            .formatted(pcs[slot], lengths[slot], totals[slot]));
        }
    }

    private static int slot(long block) {
        return (int) (block % PREVIOUS_BLOCKS);
    }
}
