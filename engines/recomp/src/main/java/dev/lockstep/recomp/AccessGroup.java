package dev.lockstep.recomp;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.RegisterFile;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.IntPredicate;

/**
 * Loads and stores of a block relative to the same value of a register, as of the fields of a
 * structure or the slots of a stack frame: one check before the first permits all of them, since
 * nothing inside a block takes a permission away.
 */
final class AccessGroup {
    /**
     * Bytes from the first to the last: those of a page, so that they lie in two pages at most. The
     * page of the last is the right one as long as this and the fast part of the window, in which
     * the first has to lie, are less than the range of an int.
     */
    private static final long MAX_LENGTH = GuestMemory.PAGE_BYTES;

    private final int base;
    private final int first;

    /** Whether the members are checked one by one after all. */
    private final boolean apart;

    /** Relative to the base, an address that is as aligned as all accesses need. */
    private final long anchor;

    private int alignment;
    private long start;
    private long end;
    private boolean stores;

    private AccessGroup(int first, Instruction access, boolean apart) {
        this.first = first;
        this.apart = apart;
        base = access.rs1();
        boolean alignsWithBase = access.imm() % access.op().width() == 0;
        anchor = alignsWithBase ? 0 : access.imm();
        start = access.imm();
        end = access.imm();
    }

    /**
     * Returns the group of each instruction, null for those that are in none.
     *
     * @param suits whether the load or store with this index may be in a group
     * @param apart whether a group that begins with this index falls into its members
     */
    static @Nullable AccessGroup[] of(
            List<Instruction> instructions, IntPredicate suits, IntPredicate apart) {
        var groups = new @Nullable AccessGroup[instructions.size()];
        var open = new @Nullable AccessGroup[Integer.SIZE];
        for (int index = 0; index < groups.length; index++) {
            Instruction instruction = instructions.get(index);
            if (suits.test(index)) {
                groups[index] = join(open, index, instruction, apart.test(index));
            }
            if (instruction.op().rd() == RegisterFile.X) {
                open[instruction.rd()] = null;
            }
        }
        return groups;
    }

    private static AccessGroup join(
            @Nullable AccessGroup[] open, int index, Instruction access, boolean apart) {
        AccessGroup group = open[access.rs1()];
        if (group == null || !group.admits(access)) {
            group = new AccessGroup(index, access, apart);
            open[access.rs1()] = group;
        } else if (group.apart) {
            group = new AccessGroup(index, access, true);
        }
        group.add(access);
        return group;
    }

    /** Returns whether the access is aligned where the anchor is, and not too far away. */
    private boolean admits(Instruction access) {
        long from = Math.min(start, access.imm() - Long.BYTES);
        long to = Math.max(end, access.imm() + Long.BYTES);
        return (access.imm() - anchor) % access.op().width() == 0 && to - from <= MAX_LENGTH;
    }

    private void add(Instruction access) {
        int width = access.op().width();
        alignment = Math.max(alignment, width);
        stores |= access.op().kind() == Kind.STORE;
        start = Math.min(start, access.imm());
        start -= Math.floorMod(start - anchor, alignment);
        end = Math.max(end, access.imm() + width);
    }

    /** Returns the number of the register that the addresses are relative to. */
    int base() {
        return base;
    }

    /** Returns the index of the instruction before which the check has its place. */
    int first() {
        return first;
    }

    /** Returns where the group begins, relative to the base; aligned if all accesses are. */
    long start() {
        return start;
    }

    /** Returns where the last byte is, relative to the base. */
    long last() {
        return end - 1;
    }

    /** Returns a power of two of which the address of the start is to be a multiple. */
    int alignment() {
        return alignment;
    }

    /** Returns whether the bytes may lie in two pages. */
    boolean mayStraddle() {
        return end - start > alignment;
    }

    /** Returns whether there is a store among the accesses. */
    boolean stores() {
        return stores;
    }
}
