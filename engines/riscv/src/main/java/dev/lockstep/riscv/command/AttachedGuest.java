package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.EngineSession;

/** A guest that is a member of a run: it reports what it executes. */
final class AttachedGuest {
    private final Attachment attachment;
    private final EngineSession session;
    private final GuestMemory memory;
    private final GuestRunner runner;

    /** Makes the engines of a guest. */
    interface Engines {
        /** Returns the engine that executes the guest. */
        Executor engine(Recording recording);

        /**
         * Returns one of the same kind for the same guest, whose blocks are single instructions.
         */
        Executor singleStepper();
    }

    /**
     * @param machine the guest's, which has been booted
     */
    AttachedGuest(
            Attachment attachment,
            Hart hart,
            GuestMemory memory,
            GuestMachine machine,
            Engines engines) {
        this.attachment = attachment;
        this.memory = memory;
        session = attachment.session();
        Welcome welcome = session.welcome();
        Recorder recorder = recorder(welcome);
        Executor executor = engines.engine(recorder.recording());
        runner = new GuestRunner(executor, machine, hart, recorder);
    }

    private Recorder recorder(Welcome welcome) {
        if (welcome.getGrain() != Grain.GRAIN_WINDOW) {
            return new BlockRecorder(session, Long.MAX_VALUE);
        }
        return new WindowRecorder(
                session,
                welcome.getStrength() == Strength.STRENGTH_COMMIT
                        ? Recording.Effects.COMMIT
                        : Recording.Effects.FULL,
                memory,
                welcome.getWindowSteps(),
                welcome.getCheckpointWindows());
    }

    /** Runs the guest to its end, or to the step limit, and until the coordinator has halted it. */
    void run() {
        attachment.end(runner.run(attachment.stepLimit()), memory);
    }
}
