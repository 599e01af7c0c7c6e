package dev.lockstep.riscv.linux;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.Fields;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Portable;
import dev.lockstep.riscv.memory.GuestMemory;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The signals of a process: what is sent, blocked and due, and how a handler is entered and left.
 *
 * <p>Signals come from the process itself and are taken at the end of the step that made them due
 * (docs/protocol.md, "Signals").
 */
final class Signals implements Portable {
    private static final int RETURN_ADDRESS = 1;
    private static final int STACK_POINTER = 2;
    private static final int FIRST_ARGUMENT = 10;

    private final GuestProcess process;
    private final Hart hart;
    private long returnAddress;
    private final SignalFrame frames;
    private final ProcessEvents events;
    private final PendingSignals pending = new PendingSignals();
    private final SignalAction[] actions = new SignalAction[Signal.COUNT + 1];
    private AlternateStack alternateStack = AlternateStack.NONE;
    private long mask;

    /** What sigsuspend(2) blocks instead of {@link #mask} until a handler is entered. */
    private @Nullable Long suspendedMask;

    /** Due at once, whatever is blocked. */
    private @Nullable SignalInfo forced;

    /**
     * @param returnAddress where handlers return to
     */
    Signals(
            GuestProcess process,
            Hart hart,
            GuestMemory memory,
            ProcessEvents events,
            long returnAddress) {
        this.process = process;
        this.hart = hart;
        this.events = events;
        this.returnAddress = returnAddress;
        frames = new SignalFrame(memory, hart);
        Arrays.fill(actions, SignalAction.DEFAULT);
    }

    @Override
    public void exchange(Fields fields) {
        returnAddress = fields.number("return_address", returnAddress);
        mask = fields.bits("mask", mask, Signal.USABLE);
        alternateStack = fields.value("stack", alternateStack, AlternateStack::exchange);
        takeActions(fields.list("actions", ownActions(), OwnAction.BLANK, OwnAction::exchange));
        pending.exchange(fields);
        suspendedMask = fields.passing(suspendedMask, null);
        forced = fields.passing(forced, null);
    }

    /** What the process does about one signal, if it is not the default. */
    private record OwnAction(int signal, SignalAction action) {
        static final OwnAction BLANK = new OwnAction(0, SignalAction.DEFAULT);

        OwnAction exchange(Fields fields) {
            return new OwnAction(
                    fields.number("signal", signal, 1, Signal.COUNT), action.exchange(fields));
        }
    }

    private List<OwnAction> ownActions() {
        return IntStream.rangeClosed(1, Signal.COUNT)
                .filter(signal -> !SignalAction.DEFAULT.equals(actions[signal]))
                .mapToObj(signal -> new OwnAction(signal, actions[signal]))
                .toList();
    }

    private void takeActions(List<OwnAction> own) {
        Arrays.fill(actions, SignalAction.DEFAULT);
        int last = 0;
        for (OwnAction each : own) {
            if (each.signal() <= last) {
                throw new IllegalArgumentException(
                        "actions: signal %d after %d (expected: ascending)"
                                .formatted(each.signal(), last));
            }
            last = each.signal();
            actions[last] = each.action();
        }
    }

    /**
     * Sends the process a signal.
     *
     * @return false if too many wait already
     */
    boolean raise(SignalInfo info, boolean toThread) {
        // One that is blocked may have another action by the time it is not.
        boolean lost =
                actions[info.signal()].ignores(info.signal())
                        && !Signal.isIn(info.signal(), blocked());
        return lost || pending.add(info, toThread);
    }

    /** Tells the process that nobody reads what it writes. */
    void breakPipe() {
        raise(
                SignalInfo.sent(Signal.PIPE, SignalInfo.USER, (int) process.id(), process.userId()),
                true);
    }

    /** Has a signal taken that an instruction makes due: it can be neither blocked nor ignored. */
    void force(SignalInfo info) {
        forced = info;
    }

    /**
     * Takes every signal that is due: ends the process, or enters handlers one inside the other.
     *
     * @param source address of the instruction at whose step this happens
     */
    void deliver(long source) {
        while (process.exit().isEmpty()) {
            Optional<SignalInfo> due = next();
            if (due.isEmpty()) {
                break;
            }
            take(due.get(), source);
        }
        suspendedMask = null;
    }

    private Optional<SignalInfo> next() {
        SignalInfo info = forced;
        if (info == null) {
            return pending.take(~blocked());
        }
        forced = null;
        SignalAction action = actions[info.signal()];
        if (Signal.isIn(info.signal(), mask) || action.ignores(info.signal())) {
            mask &= ~Signal.bit(info.signal());
            actions[info.signal()] = action.withoutHandler();
        }
        return Optional.of(info);
    }

    private void take(SignalInfo info, long source) {
        int signal = info.signal();
        SignalAction action = actions[signal];
        if (action.hasHandler()) {
            enter(info, action, source);
        } else if (action.isDefault() && Signal.isIn(signal, Signal.STOPPING_BY_DEFAULT)) {
            process.note("signal %d does not stop the guest".formatted(signal));
        } else if (!action.ignores(signal)) {
            events.delivers(info, source, null);
            process.end(GuestExit.Reason.SIGNALED, signal);
        }
    }

    private void enter(SignalInfo info, SignalAction action, long source) {
        int signal = info.signal();
        long before = mask;
        mask = blocked() | action.mask() | (action.defersItself() ? Signal.bit(signal) : 0);
        suspendedMask = null;
        long frame = frames.place(alternateStack, action.usesAlternateStack());
        if (frames.write(frame, info, alternateStack, before)) {
            events.delivers(info, source, action.handler());
            hart.pc = action.handler();
            hart.x[STACK_POINTER] = frame;
            hart.x[FIRST_ARGUMENT] = signal;
            hart.x[FIRST_ARGUMENT + 1] = frame;
            hart.x[FIRST_ARGUMENT + 2] = SignalFrame.context(frame);
            hart.x[RETURN_ADDRESS] = returnAddress;
            countTransfer(source);
        } else {
            if (signal == Signal.SEGV) {
                actions[signal] = action.withoutHandler();
            }
            force(SignalInfo.ofKernel(Signal.SEGV));
        }
        if (action.isUsedOnce()) {
            actions[signal] = action.withoutHandler();
        }
    }

    /** Leaves a handler: goes on where its frame says. */
    void leave(long source) {
        long frame = hart.x[STACK_POINTER];
        if (frames.isReadable(frame)) {
            byte[] stack = frames.alternateStack(frame);
            mask = frames.mask(frame) & Signal.USABLE;
            frames.restore(frame);
            // The handler may have changed its frame; what is wrong there goes unsaid.
            if (alternateStack.refusal(stack, hart.x[STACK_POINTER]) == 0) {
                alternateStack = AlternateStack.of(stack);
            }
            countTransfer(source);
        } else {
            hart.x[FIRST_ARGUMENT] = 0;
            force(SignalInfo.ofKernel(Signal.SEGV));
        }
    }

    private void countTransfer(long source) {
        hart.openDigest += Digest.mix(hart.pc) * Digest.constant(source, Digest.TRANSFER);
        hart.openDigest *= Digest.TURN;
        hart.openTurns++;
    }

    /** Returns what is blocked now. */
    long blocked() {
        return (suspendedMask == null ? mask : suspendedMask) & ~Signal.FIXED;
    }

    /** Returns whether a signal is waiting that would be taken with this mask. */
    boolean isDue(long blocked) {
        return (pending.set() & (~blocked | Signal.FIXED)) != 0;
    }

    /** Returns whether a signal, sent now, would be taken and so end a wait. */
    boolean interrupts(int signal, long blocked) {
        return !Signal.isIn(signal, blocked) && !actions[signal].ignores(signal);
    }

    SignalAction action(int signal) {
        return actions[signal];
    }

    void setAction(int signal, SignalAction action) {
        actions[signal] = action;
        if (action.ignores(signal)) {
            pending.discard(signal);
        }
    }

    long mask() {
        return mask;
    }

    void setMask(long set) {
        mask = set & Signal.USABLE & ~Signal.FIXED;
    }

    /** Blocks another set until the next signal has been taken. */
    void suspend(long set) {
        suspendedMask = set & Signal.USABLE;
    }

    /** Ends what {@link #suspend} began, no signal having come. */
    void resume() {
        suspendedMask = null;
    }

    PendingSignals pending() {
        return pending;
    }

    AlternateStack alternateStack() {
        return alternateStack;
    }

    void setAlternateStack(AlternateStack stack) {
        alternateStack = stack;
    }
}
