package dev.lockstep.recomp;

import dev.lockstep.riscv.block.GuestBlock;

import org.jspecify.annotations.Nullable;

/**
 * One block that can be executed, linked to the blocks that followed it last.
 *
 * <p>Hot path: {@link #run} and {@link #successor} run once per basic block.
 */
final class CompiledBlock {
    /** An odd address, where no block begins. */
    private static final long DROPPED = 1;

    private final GuestBlock block;
    private final CompiledCode code;
    private final int index;

    /** Where the block begins, or {@link #DROPPED}: so that one comparison tells both. */
    private long pc;

    private @Nullable CompiledBlock next;
    private @Nullable CompiledBlock taken;

    CompiledBlock(GuestBlock block, CompiledCode code, int index) {
        this.block = block;
        this.code = code;
        this.index = index;
        pc = block.pc();
    }

    GuestBlock block() {
        return block;
    }

    /** Executes the block and returns one of {@link Exit}. */
    int run() {
        return code.run(index);
    }

    /** Returns whether this is still the translation of what begins at {@code address}. */
    boolean isFor(long address) {
        return pc == address;
    }

    /** Returns the block that last followed by this exit, which may have been dropped since. */
    @Nullable CompiledBlock successor(int exit) {
        return exit == Exit.NEXT ? next : taken;
    }

    void link(int exit, CompiledBlock successor) {
        if (exit == Exit.NEXT) {
            next = successor;
        } else {
            taken = successor;
        }
    }

    /** Takes the block out of use. It forgets its links, so that dropped code can be unloaded. */
    void drop() {
        pc = DROPPED;
        next = null;
        taken = null;
    }
}
