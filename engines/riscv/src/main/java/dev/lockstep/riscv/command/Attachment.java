package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.CoordinatorAddress;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;
import dev.lockstep.sdk.ProcessMemory;
import dev.lockstep.sdk.SessionEndedException;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** A guest's membership of a run: forwards its inputs and accounts for its end. */
final class Attachment implements InputSource, HostCallListener, Closeable {
    /** How long a halted engine may take to come back from its host before the process ends. */
    private static final long HALT_GRACE_MS = 1000;

    private static final int EXIT_HALTED = 5;

    private static final GuestExit LIMIT = new GuestExit(GuestExit.Reason.LIMIT, 0);
    private static final GuestExit KILLED = new GuestExit(GuestExit.Reason.KILLED, 0);

    /** How long the process may wait, when a signal ends it, for its account to be sent. */
    private static final long FAREWELL_MS = 1000;

    private final EngineSession session;
    private final boolean isReference;
    private final boolean knowsState;
    private final Hart hart;
    private final long startNanos = System.nanoTime();

    /** Whether the account was given, or is just being given. */
    private final AtomicBoolean leaving = new AtomicBoolean();

    private @Nullable String outcome;

    private Attachment(EngineSession session, boolean isReference, boolean knowsState, Hart hart) {
        this.session = session;
        this.isReference = isReference;
        this.knowsState = knowsState;
        this.hart = hart;
    }

    /**
     * Joins the run and waits for its start.
     *
     * @param knowsState whether registers and memory are the guest's at its end
     */
    static Attachment join(
            CoordinatorAddress coordinator, Hello hello, boolean knowsState, Hart hart)
            throws IOException {
        Attachment attachment =
                new Attachment(
                        EngineSession.join(coordinator, hello, Attachment::haltSoon),
                        hello.getRole() == Role.ROLE_REFERENCE,
                        knowsState,
                        hart);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(attachment::leaveSuddenly, "lockstep-leave"));
        return attachment;
    }

    /** Returns the events of the guest: they go to the coordinator, if it wants them. */
    NumberedEvents events() {
        return new NumberedEvents(session.wantsEvents(), session::emit);
    }

    /** Returns the session. Belongs after the machine has been booted. */
    EngineSession session() {
        session.begin(hart.steps, hart.pc);
        return session;
    }

    /** Returns what answers the guest: the run or, if every engine asks for itself, the host. */
    InputSource world() {
        return session.welcome().getInputMode() == InputMode.INPUT_MODE_OWN
                ? InputSource.HOST
                : this;
    }

    /** Returns whether the guest begins from a state, not at its entry. */
    boolean restores() {
        return session.welcome().getRestores();
    }

    /** Brings an empty memory to the state that the guest begins from; returns the rest of it. */
    GuestState restore(GuestMemory memory) {
        return Restoration.receive(session, memory);
    }

    /** Returns the step at or after which the guest is to be stopped. */
    long stepLimit() {
        long limit = session.welcome().getStepLimit();
        return limit == 0 ? Long.MAX_VALUE : limit;
    }

    /** Returns the address before which a block is to end too, or null. */
    @Nullable Long cutPc() {
        return session.welcome().hasCutPc() ? session.welcome().getCutPc() : null;
    }

    @Override
    public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
        return session.obtain(call, hart.openDigest, hart.openTurns, perform);
    }

    @Override
    public boolean performs() {
        return isReference && !session.replays();
    }

    @Override
    public void askAgain(InputCall call) {
        session.askAgain(call, hart.openDigest, hart.openTurns);
    }

    @Override
    public InputAnswer obtain(
            InputCall call, Supplier<InputAnswer> perform, LongConsumer replayed) {
        InputAnswer answer = obtain(call, perform);
        if (session.replays()) {
            replayed.accept(answer.value());
        }
        return answer;
    }

    @Override
    public void entered(long number) {
        session.enterHostCall(number, hart.steps);
    }

    /** Reports the guest's end, waits for the coordinator's last word, and takes leave. */
    void end(GuestExit exit, GuestMemory memory) {
        GuestEnd.Builder end =
                GuestEnd.newBuilder().setStepCount(hart.steps).setPc(hart.pc).setExit(wire(exit));
        if (knowsState) {
            end.setRegisterDigest(StateDigest.registers(hart)).setMemoryDigest(memory.digest());
        }
        outcome = session.end(end.build());
        leave(exit);
    }

    /** Takes leave after the coordinator has halted the engine before its guest's end. */
    void leave(SessionEndedException ended) {
        if (leaving.get()) {
            return; // The process ends, and the session with it.
        }
        if (ended.reason() != SessionEndedException.Cause.HALTED) {
            throw ended;
        }
        outcome = ended.getMessage();
        leave(forcedExit());
    }

    /** Returns how the run came out, for people; empty unless the coordinator said so. */
    Optional<String> outcome() {
        return Optional.ofNullable(outcome);
    }

    /** Takes leave when the process ends in mid-run; otherwise there is nothing to do. */
    private void leaveSuddenly() {
        Thread farewell = Thread.ofPlatform().daemon().start(this::tryToLeave);
        try {
            // The coordinator may not be reading; then the engine goes without a word.
            farewell.join(FAREWELL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryToLeave() {
        try {
            leave(forcedExit());
        } catch (SessionEndedException e) {
            System.err.println("error: " + e.getMessage());
        }
    }

    /** Returns how a guest ends that does not come to its own end. */
    private GuestExit forcedExit() {
        return session.limitReached() ? LIMIT : KILLED;
    }

    private void leave(GuestExit exit) {
        if (leaving.getAndSet(true)) {
            return;
        }
        session.goodbye(
                Goodbye.newBuilder()
                        .setStepCount(hart.steps)
                        .setBlockCount(hart.blocks)
                        .setExit(wire(exit))
                        .setElapsedMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))
                        .setPeakRssBytes(ProcessMemory.peakBytes())
                        .build());
    }

    private static Exit wire(GuestExit exit) {
        ExitReason reason =
                switch (exit.reason()) {
                    case EXITED -> ExitReason.EXIT_REASON_EXITED;
                    case SIGNALED -> ExitReason.EXIT_REASON_SIGNALED;
                    case TRAPPED -> ExitReason.EXIT_REASON_TRAPPED;
                    case LIMIT -> ExitReason.EXIT_REASON_LIMIT;
                    case KILLED -> ExitReason.EXIT_REASON_KILLED;
                };
        return Exit.newBuilder().setReason(reason).setStatus(exit.status()).build();
    }

    /**
     * Ends the process unless the engine's thread, perhaps stuck in a read, does so in time. What
     * it would have said in parting is said on the way out.
     */
    private static void haltSoon() {
        try {
            Thread.sleep(HALT_GRACE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(EXIT_HALTED);
    }

    @Override
    public void close() throws IOException {
        leaving.set(true);
        session.close();
    }
}
