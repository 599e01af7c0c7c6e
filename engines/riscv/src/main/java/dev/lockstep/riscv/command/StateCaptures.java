package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.memory.CaptureException;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.snapshot.GuestSources;
import dev.lockstep.sdk.CaptureOrders;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.SessionEndedException;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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

    /** Whether the state that was taken last is told but for contents. */
    private CompletableFuture<Void> lastTold = CompletableFuture.completedFuture(null);

    /** Whether it is kept or given up. */
    private CompletableFuture<Void> lastOver = lastTold;

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

    /**
     * The guest has come to a block end.
     *
     * @throws dev.lockstep.sdk.ExaminationRequestedException while it waits for the last state to
     *     be kept, which may take until the other engines have come there, too; nothing is taken
     *     then
     */
    void come() {
        while (hart.steps >= orders.nextStep()) {
            long startNanos = System.nanoTime();
            session.await(lastOver); // Memory is captured once at a time.
            CaptureOrders.Due due = orders.take(hart.steps);
            if (due != null) {
                take(due, startNanos);
            }
        }
    }

    private void take(CaptureOrders.Due due, long startNanos) {
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
            upload.start(System.nanoTime() - startNanos);
            lastTold = upload.told();
            lastOver = upload.over();
        } catch (SessionEndedException e) {
            throw e;
        } catch (RuntimeException e) { // Whatever it is, the guest goes on.
            orders.forget(due);
            session.tell(refusal(due, e));
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

    /**
     * The guest has ended; waits until what was taken of it is told but for contents.
     *
     * @throws dev.lockstep.sdk.ExaminationRequestedException if it is to look at its past first
     */
    void end() {
        session.await(lastTold);
    }

    /** Returns what the coordinator is told when a state cannot be had. */
    static CapturePart refusal(CaptureOrders.Due due, Throwable failure) {
        boolean isExpected =
                failure instanceof StateException || failure instanceof CaptureException;
        String why =
                isExpected
                        ? String.valueOf(failure.getMessage())
                        : "the engine failed while it took the state: " + failure;
        return CapturePart.newBuilder().setId(due.id()).setStep(due.step()).setRefusal(why).build();
    }
}
