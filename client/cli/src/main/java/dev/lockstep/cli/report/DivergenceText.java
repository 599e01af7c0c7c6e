package dev.lockstep.cli.report;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.EvidenceText;
import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.run.Divergence;

/** A divergence in words. */
public final class DivergenceText {
    private DivergenceText() {}

    /** Returns what differs and when: {@code digest of recomp at step 1,234, block 56}. */
    public static String place(Divergence found) {
        return "%s of %s at step %s, block %s"
                .formatted(
                        found.field(),
                        found.engine(),
                        Quantity.exact(found.step()),
                        Quantity.exact(found.block()));
    }

    /** Returns the address with its symbol: {@code 0x10238 <main+0x18>}. */
    public static String pc(Divergence found, GuestCode code) {
        return code.place(found.pc());
    }

    /** Returns the whole of it on one line, with the instruction if that was found. */
    public static String line(Divergence found, GuestCode code) {
        return Finding.of(found)
                .map(named -> EvidenceText.line(named, code))
                .orElseGet(() -> unnamed(found, code));
    }

    private static String unnamed(Divergence found, GuestCode code) {
        return "%s, pc %s, distance %s: %s against %s"
                .formatted(
                        place(found),
                        pc(found, code),
                        Quantity.exact(found.distance()),
                        found.reference(),
                        found.subject());
    }
}
