package dev.lockstep.riscv.command;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Rewindable;
import dev.lockstep.riscv.memory.GuestMemory;

import java.util.ArrayList;
import java.util.List;

/**
 * The checkpoints of a guest: what is needed to go back to the past that is not agreed upon yet.
 * Belongs to the engine's thread.
 */
final class Past {
    /** Checkpoints kept at most; beyond it every other one is given up. */
    static final int MAX_CHECKPOINTS = 64;

    private record Checkpoint(long step, long mark, long inputs, List<Runnable> states) {}

    private final Hart hart;
    private final GuestMemory memory;
    private final InputLog inputs;
    private final List<Rewindable> parts;
    private final List<Checkpoint> checkpoints = new ArrayList<>();

    /**
     * @param parts what else is brought back beside memory and the position in the inputs, in this
     *     order
     */
    Past(Hart hart, GuestMemory memory, InputLog inputs, List<Rewindable> parts) {
        this.hart = hart;
        this.memory = memory;
        this.inputs = inputs;
        this.parts = List.copyOf(parts);
    }

    /** Takes a checkpoint; belongs where everything before is reported. */
    void keep() {
        if (!checkpoints.isEmpty() && checkpoints.getLast().step() == hart.steps) {
            return; // Executed again.
        }
        if (checkpoints.size() == MAX_CHECKPOINTS) {
            checkpoints.remove(MAX_CHECKPOINTS / 2);
        }
        checkpoints.add(
                new Checkpoint(
                        hart.steps,
                        memory.mark(),
                        inputs.position(),
                        parts.stream().map(Rewindable::checkpoint).toList()));
    }

    /** Gives up what lies before the last checkpoint at or before a step. */
    void forgetBefore(long step) {
        int needed = indexOf(step);
        if (needed > 0) {
            memory.forgetBefore(checkpoints.get(needed).mark());
            inputs.forgetBefore(checkpoints.get(needed).inputs());
            checkpoints.subList(0, needed).clear();
        }
    }

    /** Returns whether there is a way back to a step. */
    boolean reaches(long step) {
        int index = indexOf(step);
        return index >= 0
                && memory.isReachable(checkpoints.get(index).mark())
                && inputs.reaches(checkpoints.get(index).inputs());
    }

    /** Goes back to the last checkpoint at or before a step, to which there must be a way. */
    void goBack(long step) {
        int index = indexOf(step);
        Checkpoint checkpoint = checkpoints.get(index);
        checkpoints.subList(index + 1, checkpoints.size()).clear();
        memory.goBackTo(checkpoint.mark());
        inputs.goBackTo(checkpoint.inputs());
        checkpoint.states().forEach(Runnable::run);
    }

    /** Returns which checkpoint is the last at or before a step, or -1. */
    private int indexOf(long step) {
        int index = checkpoints.size() - 1;
        while (index >= 0 && checkpoints.get(index).step() > step) {
            index--;
        }
        return index;
    }
}
