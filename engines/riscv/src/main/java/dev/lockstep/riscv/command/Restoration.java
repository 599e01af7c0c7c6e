package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.MemoryRestoration;
import dev.lockstep.sdk.EngineSession;

/** Brings an empty memory to the state that the coordinator has its engines begin from. */
final class Restoration {
    private Restoration() {}

    /**
     * Takes all parts of the state; memory is then as it was.
     *
     * @return the rest of the state
     * @throws dev.lockstep.riscv.memory.RestoreException if memory cannot become so
     */
    static GuestState receive(EngineSession session, GuestMemory memory) {
        Restore part = session.awaitRestore();
        GuestState state = part.getState();
        MemoryRestoration pages = memory.restore(state.getMappingsList());
        part.getPagesList().forEach(pages::add);
        while (part.getMore()) {
            part = session.awaitRestore();
            part.getPagesList().forEach(pages::add);
        }
        return state;
    }
}
