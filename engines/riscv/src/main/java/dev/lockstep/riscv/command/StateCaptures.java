package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.snapshot.GuestSources;
import dev.lockstep.sdk.CaptureOrders;
import dev.lockstep.sdk.EngineSession;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/**
 * Takes the states of the guest that the coordinator wants. The guest stands still for as long as
 * it takes to note what is to be kept; another thread reads and tells it. Belongs to the engine's
 * thread.
 */
final class StateCaptures {
    private final EngineSession session;
    private final CaptureOrders orders;
    private final Hart hart;
    private final GuestMemory memory;
    private final GuestMachine machine;
    private final GuestSources sources;
    private final InputLog inputs;

    /** Tells the state that was taken last; null while there was none. */
    private @Nullable StateUpload last;

    /**
     * @param inputs say whether this side knows what stands behind the machine
     */
    StateCaptures(
            EngineSession session,
            Hart hart,
            GuestMemory memory,
            GuestMachine machine,
            GuestSources sources,
            InputLog inputs) {
        this.session = session;
        orders = session.captures();
        this.hart = hart;
        this.memory = memory;
        this.machine = machine;
        this.sources = sources;
        this.inputs = inputs;
    }

    /** Returns the step at or after which, at a block end, {@link #come} has something to do. */
    long nextStep() {
        return orders.nextStep();
    }

    /** The guest has come to a block end. */
    void come() {
        while (hart.steps >= orders.nextStep()) {
            CaptureOrders.Due due = orders.take(hart.steps);
            if (due != null) {
                take(due);
            }
        }
    }

    private void take(CaptureOrders.Due due) {
        long start = System.nanoTime();
        awaitLast(); // Memory is captured once at a time.
        try {
            GuestState.Builder state =
                    GuestState.newBuilder()
                            .setStep(hart.steps)
                            .setPc(hart.pc)
                            .setBlockCount(hart.blocks)
                            .setMachine(machine.state());
            StateUpload upload =
                    new StateUpload(
                            session, due, state, world(), memory.capture(), sources.capture());
            upload.start(System.nanoTime() - start);
            last = upload;
        } catch (StateException e) {
            orders.forget(due);
            session.tell(refusal(due, String.valueOf(e.getMessage())));
        }
    }

    private Optional<World> world() {
        if (!inputs.performs()) {
            return Optional.empty();
        }
        if (!inputs.isUpToDate()) {
            throw new StateException(
                    "step %d is executed again, and the world has gone on since; take it later"
                            .formatted(hart.steps));
        }
        return Optional.of(machine.world());
    }

    private void awaitLast() {
        if (last != null) {
            last.await();
        }
    }

    /** The guest has ended; waits until what was taken of it is told but for contents. */
    void end() {
        if (last != null) {
            last.awaitTold();
        }
    }

    static CapturePart refusal(CaptureOrders.Due due, String why) {
        return CapturePart.newBuilder().setId(due.id()).setStep(due.step()).setRefusal(why).build();
    }
}
