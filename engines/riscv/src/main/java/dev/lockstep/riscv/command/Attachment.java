package dev.lockstep.riscv.command;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.StateDigest;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.EngineSession;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;
import dev.lockstep.sdk.RecordSink;
import dev.lockstep.sdk.SessionEndedException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** A guest's membership of a run: forwards its inputs and accounts for its end. */
final class Attachment implements InputSource, HostCallListener, Closeable {
    /** How long a halted engine may take to come back from its host before the process ends. */
    private static final long HALT_GRACE_MS = 1000;

    private static final int EXIT_HALTED = 5;

    private final EngineSession session;
    private final Role role;
    private final Hart hart;
    private final long startNanos = System.nanoTime();

    private Attachment(EngineSession session, Role role, Hart hart) {
        this.session = session;
        this.role = role;
        this.hart = hart;
    }

    /** Joins the run and waits for its start. */
    static Attachment join(Path socket, Hello hello, Hart hart) throws IOException {
        return new Attachment(
                EngineSession.join(socket, hello, Attachment::haltSoon), hello.getRole(), hart);
    }

    /** Returns where records go. Belongs after the machine has been booted. */
    RecordSink records() {
        session.begin(hart.pc);
        return session;
    }

    @Override
    public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
        if (role == Role.ROLE_SUBJECT) {
            return session.request(call, hart.openDigest, hart.openTurns);
        }
        InputAnswer answer = perform.get();
        session.report(call, answer, hart.openDigest, hart.openTurns);
        return answer;
    }

    @Override
    public void entered(long number) {
        session.enterHostCall(number, hart.steps);
    }

    /** Reports the guest's end, waits for the coordinator's last word, and takes leave. */
    void end(GuestExit exit, GuestMemory memory) {
        session.end(
                GuestEnd.newBuilder()
                        .setStepCount(hart.steps)
                        .setPc(hart.pc)
                        .setExit(wire(exit))
                        .setRegisterDigest(StateDigest.registers(hart))
                        .setMemoryDigest(memory.digest())
                        .build());
        leave(exit);
    }

    /** Takes leave after the coordinator has halted the engine before its guest's end. */
    void leave(SessionEndedException ended) {
        if (ended.reason() != SessionEndedException.Cause.HALTED) {
            throw ended;
        }
        leave(new GuestExit(GuestExit.Reason.KILLED, 0));
    }

    private void leave(GuestExit exit) {
        session.goodbye(
                Goodbye.newBuilder()
                        .setStepCount(hart.steps)
                        .setBlockCount(hart.blocks)
                        .setExit(wire(exit))
                        .setElapsedMs(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))
                        .setPeakRssBytes(ProcessMemory.peakRssBytes())
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

    /** Ends the process unless the engine's thread, perhaps stuck in a read, does so in time. */
    private static void haltSoon() {
        try {
            Thread.sleep(HALT_GRACE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_HALTED);
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
