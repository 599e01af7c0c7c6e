package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestMachine;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.snapshot.GuestSources;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.ExaminationRequestedException;

import java.util.List;
import java.util.function.Supplier;

/** A guest that is a member of a run: it reports, and can be sent back into its past. */
final class AttachedGuest implements GuestRunner.Stations {
    private final Attachment attachment;
    private final EngineSession session;
    private final Hart hart;
    private final GuestMemory memory;
    private final GuestRunner runner;

    /** Reports every instruction by itself; made when that is asked for. */
    private final Supplier<GuestRunner> singly;

    private final Past past;
    private final Examiner examiner;
    private final StateCaptures captures;
    private final long checkpointSteps;
    private long nextCheckpoint;

    /** Makes the engines of a guest. */
    interface Engines {
        /** Returns the engine that executes the guest. */
        Executor engine(Recording recording);

        /**
         * Returns one of the same kind for the same guest, whose blocks are single instructions.
         */
        Executor singleStepper(Recording recording);
    }

    /**
     * @param machine the guest's, which has been booted or resumed
     * @param sources what its memory was filled from
     * @param inputs what the machine asks
     * @param events what the machine tells
     */
    AttachedGuest(
            Attachment attachment,
            Hart hart,
            GuestMemory memory,
            GuestMachine machine,
            GuestSources sources,
            InputLog inputs,
            NumberedEvents events,
            Engines engines) {
        this.attachment = attachment;
        this.hart = hart;
        this.memory = memory;
        session = attachment.session();
        Welcome welcome = session.welcome();
        long usual = welcome.getWindowSteps() * welcome.getCheckpointWindows();
        Recorder recorder = recorder(welcome, usual != 0);
        recorder.begin(hart);
        captures = new StateCaptures(session, hart, memory, machine, sources, inputs);
        Executor executor = engines.engine(recorder.recording());
        checkpointSteps =
                executor.repeatsSlowly() ? Math.min(usual, welcome.getWindowSteps()) : usual;
        runner = new GuestRunner(executor, machine, hart, recorder);
        singly =
                () ->
                        new GuestRunner(
                                engines.singleStepper(recorder.recording()),
                                machine,
                                hart,
                                recorder);
        past = new Past(hart, memory, inputs, List.of(hart, machine, executor, recorder, events));
        examiner =
                new Examiner(
                        session,
                        hart,
                        memory,
                        executor,
                        () -> engines.singleStepper(ofSteps(recorder)),
                        runner,
                        recorder,
                        inputs,
                        events,
                        past);
    }

    /** Single instructions have no records, and the same digest. */
    private static Recording ofSteps(Recorder recorder) {
        return Recording.digest(recorder.recording().effects());
    }

    private Recorder recorder(Welcome welcome, boolean takesCheckpoints) {
        Recording.Effects effects = effects(welcome.getStrength());
        hart.counted = effects;
        if (welcome.getGrain() != Grain.GRAIN_WINDOW) {
            long distance = takesCheckpoints ? welcome.getWindowSteps() : Long.MAX_VALUE;
            return welcome.getStrength() == Strength.STRENGTH_REGISTERS
                    ? new RegisterRecorder(session, hart, distance)
                    : new BlockRecorder(session, effects, distance);
        }
        return new WindowRecorder(
                session, effects, memory, welcome.getWindowSteps(), welcome.getCheckpointWindows());
    }

    private static Recording.Effects effects(Strength strength) {
        return switch (strength) {
            // Of the digest nothing is looked at then, but records are made only where there is
            // one.
            case STRENGTH_PC, STRENGTH_PATH, STRENGTH_REGISTERS -> Recording.Effects.PATH;
            case STRENGTH_COMMIT -> Recording.Effects.COMMIT;
            default -> Recording.Effects.FULL;
        };
    }

    /** Runs the guest to its end, or to the step limit, and until the coordinator has halted it. */
    void run() {
        reported();
        boolean over = false;
        while (!over) {
            try {
                GuestExit exit = execute(attachment.stepLimit());
                captures.end();
                attachment.end(exit, memory);
                over = true;
            } catch (ExaminationRequestedException e) {
                examiner.serve();
            }
        }
    }

    /** Executes by blocks and, from where every instruction is wanted by itself, by these. */
    private GuestExit execute(long stepLimit) {
        Welcome welcome = session.welcome();
        long singleFrom = welcome.hasSingleFromStep() ? welcome.getSingleFromStep() : stepLimit;
        if (singleFrom >= stepLimit) {
            return runner.run(stepLimit, this);
        }
        if (hart.steps < singleFrom) {
            GuestExit exit = runner.run(singleFrom, this);
            if (exit.reason() != GuestExit.Reason.LIMIT) {
                return exit;
            }
        }
        return singly.get().run(stepLimit, this);
    }

    @Override
    public long nextStep() {
        return captures.nextStep();
    }

    @Override
    public void come() {
        captures.come();
    }

    /** Takes a checkpoint if that is due. */
    @Override
    public void reported() {
        boolean due = hart.steps >= nextCheckpoint || memory.isJournalFilling();
        if (checkpointSteps != 0 && due) {
            nextCheckpoint = hart.steps + checkpointSteps;
            past.forgetBefore(session.agreedStep());
            past.keep();
        }
    }
}
