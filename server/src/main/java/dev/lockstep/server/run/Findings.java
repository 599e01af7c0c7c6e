package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputRequest;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What comparing one subject has found: how much is equal, how often it differs, and whether to go
 * on.
 */
final class Findings {
    private enum State {
        /** There is more to compare. */
        OPEN,
        /** Both guests have ended, or the window has. */
        ENDED,
        /** The subject differs, and is compared no further. */
        GIVEN_UP,
        /** The window never began. */
        UNREACHED
    }

    private static final String AS_MANY = "they are as many as are allowed";

    private final String engine;
    private final Policy policy;
    private final Reporter reporter;
    private final DistanceTracker distances = new DistanceTracker();

    /** What follows from a difference that is being looked at; it waits with the comparison. */
    private final List<Runnable> deferred = new ArrayList<>();

    private State state = State.OPEN;
    private boolean suspended;

    /** Takes back what the difference has changed that is being looked at. */
    private Runnable withdrawal = () -> {};

    private long steps;
    private long blocks;
    private long digests;
    private long inputs;
    private long windows;
    private long registerFiles;
    private long memoryImages;
    private long passedInputs;
    private Item.@Nullable Input lastInput;
    private final Deque<Item.Input> lastInputs = new ArrayDeque<>();
    private boolean lastEqual = true;
    private boolean stateEqual;
    private boolean cutShort;

    /**
     * Creates findings of nothing yet.
     *
     * @param engine name of the subject
     */
    Findings(String engine, Policy policy, Reporter reporter) {
        this.engine = engine;
        this.policy = policy;
        this.reporter = reporter;
    }

    /** Returns whether to go on. */
    boolean open() {
        return state == State.OPEN;
    }

    /** Returns whether what was compared last is equal. */
    boolean lastEqual() {
        return lastEqual;
    }

    DistanceTracker distances() {
        return distances;
    }

    /** Returns how many inputs both sides have asked for, equal or not. */
    long passedInputs() {
        return passedInputs;
    }

    /** Returns the bytes of input, counted by the reference, that the subject has asked for. */
    long inputBytes() {
        return lastInput == null ? 0 : lastInput.endBytes();
    }

    /** Takes note of neighbouring pairs that are equal. */
    void equal(long pairs, long blockCount, long stepCount) {
        distances.pass(pairs);
        digests += pairs;
        blocks += blockCount;
        steps += stepCount;
        lastEqual = true;
    }

    /**
     * Takes note of what else was equal in windows.
     *
     * @param states windows whose digest has that of the registers
     * @param memories those whose digest has that of memory too
     */
    void equalWindows(long count, long states, long memories) {
        windows += count;
        registerFiles += states;
        memoryImages += memories;
    }

    /** Takes note of records after which all registers that both sides tell were equal. */
    void equalRegisters(long records) {
        registerFiles += records;
    }

    /** Takes note that a side has not told how its guest ended. */
    void endHidden() {
        reporter.note(
                "how the guests of %s and its reference ended was not compared".formatted(engine));
    }

    /** Takes note of what both sides knew, and had equal, where their guests ended. */
    void equalEnds(boolean registers, boolean memory) {
        registerFiles += registers ? 1 : 0;
        memoryImages += memory ? 1 : 0;
    }

    /**
     * Leaves a pair behind that is not equal, as soon as it is known whether it counts.
     *
     * @param leave what follows if the comparison goes on
     */
    void passDifferent(Runnable leave) {
        if (suspended) {
            deferred.add(() -> passDifferent(leave));
            return;
        }
        distances.pass(1);
        lastEqual = false;
        if (open()) {
            leave.run();
        }
    }

    /**
     * Returns the last input that was passed before a step, as far as it is remembered, or null.
     */
    @Nullable InputRequest inputBefore(long step) {
        return lastInputs.stream()
                .filter(input -> input.step() < step)
                .reduce((_, later) -> later)
                .map(Item.Input::question)
                .orElse(null);
    }

    /** Takes note of an input of the reference that is forced on the subject. */
    void passInput(Item.Input input, boolean equal) {
        passedInputs++;
        inputs += equal ? 1 : 0;
        lastInput = input;
        lastInputs.add(input);
        if (lastInputs.size() > Bounds.REMEMBERED_INPUTS) {
            lastInputs.remove();
        }
    }

    /**
     * Takes note of a difference in the pair that is being compared, and decides whether to go on.
     *
     * @param block blocks of the reference before it
     * @param stretch where it came about; null if it is not to be looked at closer
     */
    void differs(long step, long pc, long block, Difference difference, @Nullable Stretch stretch) {
        DistanceTracker.Mark before = distances.mark();
        boolean wasEqual = lastEqual;
        withdrawal =
                () -> {
                    distances.goBackTo(before);
                    lastEqual = wasEqual;
                };
        distances.diverge();
        lastEqual = false;
        Divergence divergence =
                new Divergence(
                        engine,
                        step,
                        pc,
                        difference.field(),
                        difference.reference(),
                        difference.subject(),
                        null,
                        distances.distance(),
                        block);
        if (stretch == null) {
            tell(divergence);
        } else {
            reporter.suspected(divergence, stretch).ifPresentOrElse(this::tell, this::suspend);
        }
    }

    /**
     * Returns whether the comparison waits for somebody who looks closer at its last difference.
     */
    boolean suspended() {
        return suspended;
    }

    /** Tells what was found by looking closer, and decides whether to go on. */
    void resolve(Divergence divergence) {
        suspended = false;
        tell(divergence);
        deferred.forEach(Runnable::run);
        deferred.clear();
    }

    /** The same, for a subject that has got the reference's state: nothing else follows. */
    void resynced(Divergence divergence) {
        suspended = false;
        deferred.clear();
        reporter.diverged(divergence);
    }

    /** The difference that was looked at is none that counts: nothing follows from it. */
    void ignored() {
        suspended = false;
        deferred.clear();
        withdrawal.run();
    }

    /** Does what has to wait while somebody looks closer, if the comparison then goes on. */
    void whenResolved(Runnable action) {
        if (suspended) {
            deferred.add(() -> whenResolved(action));
        } else if (open()) {
            action.run();
        }
    }

    /** Returns whether another divergence would be one too many. */
    boolean atLimit() {
        return distances.count() >= policy.maxDivergences();
    }

    private void suspend() {
        suspended = true;
    }

    private void tell(Divergence divergence) {
        reporter.diverged(divergence);
        if (policy.stops()) {
            state = State.GIVEN_UP;
        } else if (policy.resyncs()) {
            giveUp(atLimit() ? AS_MANY : "it cannot be given the reference's state");
        } else if (distances.gaveUp()) {
            giveUp("they follow one another");
        } else if (atLimit()) {
            giveUp(AS_MANY);
        }
    }

    /** Gives the subject up, which has differed, unless the comparison is over already. */
    void giveUp(String why) {
        if (suspended) {
            deferred.add(() -> giveUp(why));
        } else if (open()) {
            state = State.GIVEN_UP;
            long count = distances.count();
            reporter.note(
                    "%s was given up after %d divergence%s: %s"
                            .formatted(engine, count, count == 1 ? "" : "s", why));
        }
    }

    /** Ends a comparison that never came to its window. */
    void missWindow(String why) {
        state = State.UNREACHED;
        reporter.note("%s was not compared: %s".formatted(engine, why));
    }

    /** Ends the comparison with the end of both guests, or of the window. */
    void end(boolean finalStateEqual) {
        if (suspended) {
            deferred.add(() -> end(finalStateEqual));
        } else if (open()) {
            state = State.ENDED;
            stateEqual = finalStateEqual;
        }
    }

    /**
     * Ends the comparison where one side was cut off, so that there is no final state.
     *
     * @param complete whether what was to be compared was, up to there
     */
    void endEarly(boolean complete) {
        cutShort = !complete;
        reporter.note(
                "the final state of %s was not compared: the engines stopped at different steps"
                        .formatted(engine));
        end(false);
    }

    /**
     * Ends the comparison where a side has closed its connection in the middle of things: whether
     * its guest ended there or the engine itself, nobody has said.
     */
    void endUnseen(String who, long step) {
        cutShort = true;
        reporter.note(
                "%s: %s was gone in the block at step %d, the other side went on; whether its guest ended there is not known"
                        .formatted(engine, who, step));
        end(false);
    }

    /** Returns what the comparison has come to; INCOMPLETE while it goes on. */
    Verdict verdict() {
        return switch (state) {
            case OPEN -> Verdict.INCOMPLETE;
            case GIVEN_UP -> Verdict.DIVERGED;
            case UNREACHED -> Verdict.VACUOUS;
            case ENDED -> verdictAtEnd();
        };
    }

    private Verdict verdictAtEnd() {
        if (distances.count() > 0) {
            return lastEqual && stateEqual ? Verdict.RECOVERED : Verdict.DIVERGED;
        }
        if (steps == 0) {
            return Verdict.VACUOUS;
        }
        return cutShort ? Verdict.INCOMPLETE : Verdict.MATCH;
    }

    /**
     * Returns how much is equal.
     *
     * @param digestsCount whether what was compared of records had digests that mean something
     */
    Compared compared(boolean digestsCount) {
        return new Compared(
                steps,
                blocks,
                windows,
                digestsCount ? digests : 0,
                registerFiles,
                memoryImages,
                inputs);
    }
}
