package dev.lockstep.server.run;

import dev.lockstep.proto.v1.AgreementItem;

import java.util.List;

/** The state that the engines of a run begin from, instead of their guest's entry. Thread-safe. */
public interface Origin {
    /** Returns what to call it in a sentence: "snapshot 12". */
    String title();

    /** Returns the steps before it. */
    long step();

    /** Returns the address of the next instruction. */
    long pc();

    /** Returns the blocks before it. */
    long blockCount();

    /** Returns what the engines it was taken of had in common. */
    List<AgreementItem> agreement();

    /** Returns a way to read it for one engine of that side. */
    StateReader read(Role role);
}
