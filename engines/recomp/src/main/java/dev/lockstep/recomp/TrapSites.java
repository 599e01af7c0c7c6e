package dev.lockstep.recomp;

import dev.lockstep.riscv.GuestTrap;

import java.util.ArrayList;
import java.util.List;

/**
 * The places of a region where the guest may trap. Compiled code keeps the number of the place it
 * is at.
 */
final class TrapSites {
    /**
     * @param pc of the block
     * @param position in the block, see {@link HandBack}
     * @param changed the registers that were changed since they were last stored back
     * @param credit what the block as a whole takes, which it has taken when it begins
     */
    private record Site(long pc, int position, long changed, long credit) {}

    private final List<Site> sites = new ArrayList<>();

    /** Returns the number of the new place. */
    int add(long pc, int position, long changed, long credit) {
        sites.add(new Site(pc, position, changed, credit));
        return sites.size() - 1;
    }

    /** Called by compiled code. */
    long changed(int number) {
        return sites.get(number).changed();
    }

    /** Called by compiled code that has stored back its registers and credit. */
    long handBack(GuestTrap trap, int number, long digest, Guest guest) {
        Site site = sites.get(number);
        guest.credit -= site.credit();
        return Region.special(HandBack.trap(trap, guest.hart, site.pc(), site.position(), digest));
    }
}
