package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.TracedStep;

import org.jspecify.annotations.Nullable;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Looks closer at one difference: sends both engines back and halves the stretch in which it came
 * about, under the code that was executed before, until it is short enough to be told instruction
 * by instruction.
 *
 * <p>It is driven by the answers; each method asks, and names the one that goes on.
 */
final class Zoom {
    /** Steps of a stretch that is traced. */
    private static final long SMALL_STEPS = 2048;

    /** Steps before the stretch that are traced too, to show what led there. */
    private static final long LEAD_STEPS = 1024;

    /**
     * Examinations by each engine that are kept for traces and states while a stretch is halved.
     */
    private static final int KEPT_EXAMINATIONS = 4;

    /** No block of a reference is longer: instruction by instruction, it can stop anywhere. */
    private static final long BLOCK_STEPS = 128;

    /** How often a step is sought at which both sides can stop, where their blocks differ. */
    private static final int COMMON_STEP_ATTEMPTS = 3;

    private final Divergence divergence;
    private final Stretch stretch;
    private final Dialogue dialogue;
    private final LongFunction<@Nullable InputRequest> inputs;
    private final long startedNanos;
    private final Consumer<Zoom> done;
    private final @Nullable Resync resync;
    private final Ignoring ignoring;
    private final Evidence.Builder evidence = Evidence.newBuilder();

    /** Where the engines go back to. */
    private final long from;

    /** The last step known at which the states are equal. */
    private long low;

    /** The first step known at which they are not. */
    private long high;

    /** No side stops from here to {@link #high}. */
    private long top;

    /** Down to how many steps the stretch is halved. */
    private long small = SMALL_STEPS;

    /** What follows when the stretch is short enough. */
    private Runnable afterHalving = this::look;

    /** Whether the subject executes the code that it executed before. */
    private boolean sameCode = true;

    /** Whether the sides are in the same state where they were found to ask different things. */
    private boolean asksDiffer;

    /** Whether the states differ from the beginning on, so that only effects can be compared. */
    private boolean effectsOnly;

    private TraceComparison traces = TraceComparison.ofNothing();
    private TraceComparison.@Nullable Parting parting;
    private @Nullable Divergence result;
    private boolean isNamed;
    private long heardNanos;
    private long endedNanos;

    /**
     * Creates a zoom that has not begun.
     *
     * @param ignoring asks whether a rule covers what is found
     * @param resyncStep where the subject is to go on in the reference's state, null for nowhere
     * @param done takes this zoom once it is over
     */
    Zoom(
            Divergence divergence,
            Stretch stretch,
            Place reference,
            Place subject,
            LongFunction<@Nullable InputRequest> inputs,
            Ignoring ignoring,
            @Nullable Long resyncStep,
            long nowNanos,
            Consumer<Zoom> done) {
        this.ignoring = ignoring;
        this.divergence = divergence;
        this.stretch = stretch;
        this.inputs = inputs;
        this.done = done;
        startedNanos = nowNanos;
        heardNanos = nowNanos;
        endedNanos = nowNanos;
        dialogue = new Dialogue(reference, subject, this::giveUp);
        from = Math.max(reference.keptStep(), subject.keptStep());
        resync =
                resyncStep == null
                        ? null
                        : new Resync(
                                reference,
                                subject,
                                stretch,
                                from,
                                resyncStep,
                                inputs,
                                () -> done.accept(this));
        low = stretch.agreedStep();
        high = stretch.differingStep();
        top = high;
    }

    /** Returns the engine that differs. */
    Place subject() {
        return dialogue.subject();
    }

    /** Returns what was found out; once it is over. */
    Divergence result() {
        return Objects.requireNonNull(result);
    }

    /** Sends the engines back for the first time. */
    void begin() {
        compareAt(high, this::confirm);
    }

    /** Takes an answer. */
    void arrived(Place place, Examination part, long nowNanos) {
        endedNanos = nowNanos;
        heardNanos = nowNanos;
        dialogue.arrived(place, part);
        ignoring.arrived(place, part);
        if (resync != null) {
            resync.arrived(place, part);
        }
    }

    /** Watches the time. */
    void tick(long nowNanos) {
        endedNanos = nowNanos;
        if (nowNanos - heardNanos >= Bounds.EXAMINATION_TIMEOUT.toNanos()) {
            end(
                    "it took more than %d s to look back once"
                            .formatted(Bounds.EXAMINATION_TIMEOUT.toSeconds()));
        }
        if (nowNanos - startedNanos >= Bounds.ZOOM_TIMEOUT.toNanos()) {
            end("it took more than %d s".formatted(Bounds.ZOOM_TIMEOUT.toSeconds()));
        }
    }

    /** Ends with what is known, since there will be no answer. */
    void end(String why) {
        dialogue.fail(why);
        ignoring.fail(why);
        if (resync != null) {
            resync.fail(why);
        }
    }

    // Where: the stretch gets shorter.

    private void confirm(Stop stop) {
        boolean isInput = divergence.field().equals(Difference.INPUT);
        if (stop.outcome() == Stop.Outcome.EQUAL && isInput) {
            // What each side asked is no part of its state.
            asksDiffer = true;
            low = Math.max(low, Math.min(stop.step(), high));
            look();
            return;
        }
        if (stop.outcome() == Stop.Outcome.EQUAL && isShort()) {
            low = stretch.agreedStep();
            look(); // What they did on the way there need not be the same.
            return;
        }
        if (stop.outcome() == Stop.Outcome.EQUAL) {
            finish(
                    Naming.NAMING_NOT_REPEATED,
                    "executed again, both sides agree at step %d".formatted(stop.step()));
            return;
        }
        if (stop.outcome() == Stop.Outcome.DIFFERENT) {
            high = stop.step();
        }
        top = high;
        if (stretch.agreedStep() > from && stretch.agreedStep() < high) {
            compareAt(stretch.agreedStep(), this::checkAgreed);
        } else {
            compareAt(from, this::checkBeginning);
        }
    }

    private boolean isShort() {
        return stretch.agreedStep() >= from && high - stretch.agreedStep() <= SMALL_STEPS;
    }

    /** What is compared was equal there, but the state need not be. */
    private void checkAgreed(Stop stop) {
        if (stop.outcome() == Stop.Outcome.EQUAL && stop.step() < high) {
            low = stop.step();
            halve();
            return;
        }
        if (stop.outcome() == Stop.Outcome.DIFFERENT && stop.step() < high) {
            high = stop.step();
        }
        top = Math.min(high, stretch.agreedStep());
        compareAt(from, this::checkBeginning);
    }

    private void checkBeginning(Stop stop) {
        if (stop.outcome() == Stop.Outcome.DIFFERENT && stop.step() == from) {
            effectsOnly = true;
            low = Math.max(from, stretch.agreedStep());
            high = Math.max(high, stretch.differingStep());
            top = high;
        } else {
            low = from;
        }
        halve();
    }

    private void halve() {
        if (top - low <= small || dialogue.rest() <= KEPT_EXAMINATIONS) {
            afterHalving.run();
        } else {
            long middle = low + (top - low) / 2;
            compareAt(middle, stop -> narrow(middle, stop));
        }
    }

    private void narrow(long middle, Stop stop) {
        if (stop.outcome() == Stop.Outcome.EQUAL && stop.step() < high) {
            low = Math.max(low, stop.step());
            top = Math.max(top, low);
        } else {
            top = middle;
            high = stop.outcome() == Stop.Outcome.DIFFERENT ? Math.min(high, stop.step()) : high;
        }
        halve();
    }

    // Both sides at one step.

    /** Lets both sides stop at the same step, at or after the one wanted, and compares there. */
    private void compareAt(long step, Consumer<Stop> then) {
        compareAt(step, COMMON_STEP_ATTEMPTS, then);
    }

    private void compareAt(long step, int attempts, Consumer<Stop> then) {
        dialogue.askSubject(
                until(step).setSameCode(sameCode),
                right ->
                        dialogue.askReference(
                                until(right.getStep()),
                                left -> {
                                    if (left.getStep() > right.getStep() && bothGoOn(left, right)) {
                                        compareInside(right, left.getStep(), attempts, then);
                                    } else {
                                        then.accept(Stop.of(left, right, effectsOnly));
                                    }
                                }));
    }

    /**
     * The reference has no block end where the subject stands: either they go different ways, or
     * they count their blocks differently.
     *
     * @param next the next block end of the reference
     */
    private void compareInside(Examination right, long next, int attempts, Consumer<Stop> then) {
        long step = right.getStep();
        dialogue.askReference(
                until(step).setTraceFromStep(Math.max(from, step - BLOCK_STEPS)),
                left -> {
                    if (left.getStep() == step && isElsewhere(left, right)) {
                        then.accept(new Stop(step, Stop.Outcome.DIFFERENT));
                    } else if (attempts > 0) {
                        compareAt(next, attempts - 1, then);
                    } else {
                        then.accept(new Stop(step, Stop.Outcome.UNKNOWN));
                    }
                });
    }

    private boolean isElsewhere(Examination left, Examination right) {
        return left.getPc() != right.getPc() || !(effectsOnly || Stop.haveEqualStates(left, right));
    }

    private static boolean bothGoOn(Examination left, Examination right) {
        return left.getEnd() == ExaminationEnd.EXAMINATION_END_REACHED
                && right.getEnd() == ExaminationEnd.EXAMINATION_END_REACHED;
    }

    private Examine.Builder until(long step) {
        return Examine.newBuilder().setFromStep(from).setUntilStep(step);
    }

    // What: the instruction and the state.

    private void look() {
        long traceFrom = Math.max(from, Math.max(low - LEAD_STEPS, high - Bounds.TRACE_STEPS));
        long traceUntil = asksDiffer ? Math.max(high, stretch.differingStep() + 1) : high;
        Examine.Builder question = until(traceUntil).setTraceFromStep(traceFrom);
        dialogue.askSubject(
                question.clone(),
                right ->
                        dialogue.askReference(
                                question.clone(), left -> compareTraces(left, right)));
    }

    private void compareTraces(Examination left, Examination right) {
        traces = new TraceComparison(left, right);
        parting = traces.first();
        if (parting == null && Stop.hasEnded(left) != Stop.hasEnded(right)) {
            parting = traces.last(Stop.hasEnded(left));
        }
        TracedStep asking = asksDiffer ? traces.ofReference(stretch.differingStep()) : null;
        if (parting == null && asking != null) {
            nameAsking(asking);
        } else {
            compareStates();
        }
    }

    /** The state that counts is that of the code that was executed before. */
    private void compareStates() {
        dialogue.askSubject(
                state(high).setSameCode(sameCode),
                right ->
                        dialogue.askReference(
                                state(right.getStep()),
                                left ->
                                        comparePages(
                                                right.getStep(), StateComparison.of(left, right))));
    }

    private Examine.Builder state(long step) {
        return until(step).setRegisters(true).setChangedPages(true);
    }

    private void comparePages(long step, StateComparison states) {
        if (states.pages().isEmpty()) {
            conclude(states);
            return;
        }
        Examine.Builder question = until(step).addAllPages(states.comparedPages());
        dialogue.askSubject(
                question.clone().setSameCode(sameCode),
                right ->
                        dialogue.askReference(
                                question.clone(),
                                left -> {
                                    states.comparePages(left.getPagesList(), right.getPagesList());
                                    conclude(states);
                                }));
    }

    private void conclude(StateComparison states) {
        states.addTo(evidence);
        if (parting != null) {
            nameParting(parting);
        } else if (small > 1 && top - low > 1) {
            // What went wrong first must be told from what followed from it.
            small = 1;
            afterHalving = this::compareStates;
            halve();
        } else if (!states.isEqual()) {
            nameLastWriter(states);
        } else {
            finish(
                    Naming.NAMING_NOT_REPEATED,
                    "executed again from step %d, both sides do the same and are in the same state"
                            .formatted(low));
        }
    }

    // Names.

    private void nameParting(TraceComparison.Parting found) {
        if (found.isOperand()) {
            nameWriterOf(found);
            return;
        }
        traces.addTo(evidence, found.reference(), found.subject());
        if (found.referenceEffect() != null) {
            evidence.setReferenceEffect(found.referenceEffect());
        }
        if (found.subjectEffect() != null) {
            evidence.setSubjectEffect(found.subjectEffect());
        }
        name(
                Naming.NAMING_BOTH_TRACES,
                "one instruction at a time, both sides do the same up to this one",
                found.reference(),
                found.difference());
    }

    /** Nothing is wrong with what the guest of the subject has, only with what is asked for it. */
    private void nameAsking(TracedStep asking) {
        traces.addTo(evidence, asking, traces.ofSubject(asking.getStep()));
        name(
                Naming.NAMING_BOTH_TRACES,
                "one instruction at a time, both sides do the same up to this one, and then ask for"
                        + " different things",
                asking,
                new Difference(divergence.field(), divergence.reference(), divergence.subject()));
    }

    /** Something is read that was wrong before: whoever wrote it last is to blame. */
    private void nameWriterOf(TraceComparison.Parting found) {
        long step = found.reference().getStep();
        TraceComparison.Write write =
                found.referenceEffect() == null
                        ? null
                        : traces.lastWriteTo(found.referenceEffect().getSlot(), step);
        if (write == null) {
            traces.addTo(evidence, found.reference(), found.subject());
            name(
                    Naming.NAMING_NOT_EXAMINED,
                    "what this instruction reads differed already at step %d, as far back as was"
                                    .formatted(from)
                            + " looked",
                    found.reference(),
                    found.difference());
            return;
        }
        traces.addTo(evidence, write.step(), traces.ofSubject(write.step().getStep()));
        evidence.setReferenceEffect(write.effect());
        name(
                Naming.NAMING_LAST_WRITER,
                "the reference wrote %s here last before step %d, where it is read and differs"
                        .formatted(found.difference().field(), step),
                write.step(),
                found.difference());
    }

    private void nameLastWriter(StateComparison states) {
        LastWriter first = LastWriter.first(states, traces, effectsOnly ? from : low, high);
        if (first == null) {
            finish(
                    Naming.NAMING_NOT_EXAMINED,
                    "one instruction at a time, both sides do the same; what differs at step %d"
                                    .formatted(high)
                            + " was written in no step that was looked at");
            return;
        }
        TracedStep step = first.write().step();
        traces.addTo(evidence, step, null);
        evidence.setReferenceEffect(first.write().effect());
        name(
                Naming.NAMING_LAST_WRITER,
                "one instruction at a time, both sides do the same; in the code that the subject"
                        + " executed before, what the reference wrote here differs at step %d"
                                .formatted(high),
                step,
                first.difference());
    }

    // The account.

    private void name(Naming naming, String text, TracedStep step, Difference difference) {
        isNamed = true;
        result =
                divergence.at(
                        step.getStep(),
                        step.getPc(),
                        difference,
                        account(naming, text, step.getStep()));
        end();
    }

    /** No instruction is named. */
    private void finish(Naming naming, String text) {
        result = divergence.with(account(naming, text, stretch.differingStep()));
        end();
    }

    private void giveUp(String why) {
        if (parting != null) {
            // The instruction is known already; only what it led to is not.
            nameParting(parting);
        } else {
            finish(Naming.NAMING_NOT_EXAMINED, why);
        }
    }

    private void end() {
        dialogue.end();
        String field = result().field();
        if (field.equals(Difference.INPUT) || field.equals(Difference.EXIT)) {
            bringTogether(); // What the guest asks, and its end, no rule is about.
            return;
        }
        ignoring.begin(
                Objects.requireNonNull(result().evidence()),
                from,
                low,
                effectsOnly,
                this::bringTogether);
    }

    private void bringTogether() {
        if (resync == null || ignoring.isDone()) {
            done.accept(this);
        } else {
            long wrongBefore = isNamed ? result().step() + 1 : high;
            resync.begin(low, Math.min(wrongBefore, stretch.differingStep()), effectsOnly);
        }
    }

    /** Returns what rules say about it. */
    Ignoring ignoring() {
        return ignoring;
    }

    /** Returns what fetches the reference's state for the subject; null if none was wanted. */
    @Nullable Resync resync() {
        return resync;
    }

    private Evidence account(Naming naming, String text, long step) {
        var input = inputs.apply(step);
        if (input != null) {
            evidence.setLastInput(input);
        }
        return evidence.setNaming(naming)
                .setText(text)
                .setAgreedStep(low)
                .setDifferingStep(high)
                .setReferenceDigest(stretch.referenceDigest())
                .setSubjectDigest(stretch.subjectDigest())
                .setExaminationCount(dialogue.count())
                .setElapsedMs(TimeUnit.NANOSECONDS.toMillis(endedNanos - startedNanos))
                .build();
    }
}
