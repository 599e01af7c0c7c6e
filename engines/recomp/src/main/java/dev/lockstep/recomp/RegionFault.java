package dev.lockstep.recomp;

import dev.lockstep.riscv.Rewindable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A {@link Fault} in how blocks are put together to regions. The regions with its place in them
 * count how often they come there; no other code knows of it.
 */
final class RegionFault implements Rewindable {
    static final StaticCall IS_DUE = StaticCall.of(RegionFault.class, "isDue");
    static final StaticCall IS_IN_USE = StaticCall.of(RegionFault.class, "isInUse");

    private final Fault fault;
    private final FaultPlace.AtPc place;
    private final FaultProgress progress;

    /** What is called last there decides what a stale target is, so it has to go back, too. */
    private final List<CallSite> sites = new ArrayList<>();

    RegionFault(Fault fault, FaultProgress progress) {
        this.fault = fault;
        this.progress = progress;
        if (!(fault.place() instanceof FaultPlace.AtPc atPc)) {
            throw new IllegalArgumentException("fault: " + fault + " (expected: at a pc)");
        }
        place = atPc;
    }

    boolean isOf(FaultKind kind) {
        return fault.kind() == kind;
    }

    /** Returns the set of the register concerned, empty if none is. */
    long register() {
        return fault.kind().operand() == FaultOperand.REGISTER ? fault.operand() : 0;
    }

    /** Returns whether the block ends at the fault's place. */
    boolean isAt(RegionNode node) {
        int last = node.block().instructions().size() - 1;
        return node.block().pc(last) == place.pc();
    }

    /** Notes that the code made for the place calls from here. */
    void follow(CallSite site) {
        sites.add(site);
    }

    /** Counts an execution of the place; returns whether it is the one to go wrong. */
    private boolean isNext() {
        if (!progress.isOver()) {
            progress.count();
        }
        return !progress.isOver() && progress.occurrences() == place.occurrence();
    }

    /** Called by compiled code at the place, at the end of a block. */
    static boolean isDue(long credit, Guest guest) {
        RegionFault fault = guest.fault();
        boolean due = fault.isNext();
        if (due) {
            long steps = guest.hart.steps + Credit.stepsDone(credit, guest.granted);
            String pc = "pc 0x" + Long.toHexString(fault.place.pc());
            fault.progress.done(fault.fault, steps - 1, pc + ", in a region");
        }
        return due;
    }

    /** Called by compiled code. */
    static boolean isInUse(Region region) {
        return region.isInUse();
    }

    /**
     * Returns whether nobody is to be told of a store to the page at an address. From the first
     * time on that is always so: stores to a page that is not watched any more go unseen anyway.
     *
     * @param executed whether code of that page was executed since the last such store
     */
    boolean misses(long address, boolean executed, Guest guest) {
        boolean concerned =
                isOf(FaultKind.MISSED_INVALIDATION)
                        && guest.isExecuting
                        && Translation.page(address) == Translation.page(place.pc());
        if (concerned && executed && isNext()) {
            String pc = Long.toHexString(guest.hart.pc);
            progress.done(fault, guest.hart.steps, "in what is executed from pc 0x" + pc + " on");
        }
        return concerned && progress.isOver();
    }

    @Override
    public Runnable checkpoint() {
        Runnable way = progress.checkpoint();
        Map<CallSite, Region> called = new HashMap<>();
        sites.forEach(site -> called.put(site, site.region));
        return () -> {
            way.run();
            called.forEach((site, region) -> site.region = region);
        };
    }
}
