package dev.lockstep.server.run;

import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.State;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The comparisons of a run, one for each subject, and what they give back to the engines. */
final class Comparisons {
    private final Place reference;
    private final Map<Place, Comparison> bySubject = new LinkedHashMap<>();
    private final List<Relay> relays = new ArrayList<>();
    private final List<Place> failed = new ArrayList<>();
    private int openCount;

    /** Creates no comparison yet. */
    Comparisons(Place reference) {
        this.reference = reference;
    }

    /**
     * Adds the comparison of one more subject.
     *
     * @param relayed whether both sides are told what the other reported
     */
    void add(Place subject, Comparison comparison, boolean relayed) {
        bySubject.put(subject, comparison);
        openCount++;
        if (relayed) {
            relays.add(new Relay(reference, subject, comparison));
        }
    }

    Collection<Comparison> all() {
        return bySubject.values();
    }

    /** Returns the comparison of a subject; null of the reference, and before the run starts. */
    @Nullable Comparison of(Place place) {
        return bySubject.get(place);
    }

    /** Returns whether an engine is not needed any more, though others may be. */
    boolean isDone(Place place) {
        Comparison comparison = bySubject.get(place);
        return comparison != null && comparison.over();
    }

    /**
     * Compares as far as what an engine reports allows; returns whether that ended a comparison.
     */
    boolean arrived(Place place, Item item) {
        int before = openCount;
        if (place == reference) {
            for (var entry : bySubject.entrySet()) {
                add(entry.getKey(), entry.getValue(), true, item);
            }
        } else {
            add(place, Objects.requireNonNull(bySubject.get(place)), false, item);
        }
        relays.forEach(Relay::tell);
        return openCount < before;
    }

    private void add(Place subject, Comparison comparison, boolean ofReference, Item item) {
        if (comparison.over()) {
            return; // What comes after the end is of no interest, and nobody would ever take it.
        }
        if (ofReference) {
            comparison.addReference(item);
        } else {
            comparison.addSubject(item);
        }
        close(subject, comparison);
    }

    private void close(Place subject, Comparison comparison) {
        if (comparison.over()) {
            openCount--;
            if (comparison.failed()) {
                failed.add(subject);
            }
        }
    }

    /** Goes on after a closer look at a difference; returns whether that ended the comparison. */
    boolean resolve(Place subject, Divergence divergence) {
        Comparison comparison = Objects.requireNonNull(bySubject.get(subject));
        comparison.resolve(divergence);
        close(subject, comparison);
        relays.forEach(Relay::tell);
        return comparison.over();
    }

    /** Returns the subjects, none before the run starts. */
    List<Place> subjects() {
        return List.copyOf(bySubject.keySet());
    }

    /** Returns the step up to which a subject was compared with the reference. */
    long agreedStep(Place subject) {
        return Objects.requireNonNull(bySubject.get(subject)).agreedStep();
    }

    /** Returns where a subject that differs can be given the reference's state; null if nowhere. */
    @Nullable Long resyncStep(Place subject) {
        Comparison comparison = Objects.requireNonNull(bySubject.get(subject));
        return comparison.atLimit() ? null : comparison.referenceStep();
    }

    /**
     * Lets a subject go on in the reference's state; what it reported beyond that is void. Returns
     * whether that ended the comparison.
     */
    boolean resync(Place subject, State state, Divergence divergence) {
        Comparison comparison = Objects.requireNonNull(bySubject.get(subject));
        Lane reference = comparison.reference();
        State counted = state.toBuilder().setWindowCount(reference.takenRecords()).build();
        subject.resume(counted, state.getStep(), reference.pc(), comparison.passedInputs());
        comparison.resynced(divergence);
        close(subject, comparison);
        return comparison.over();
    }

    /**
     * Lets a subject go on right after a difference that is to be ignored; what it reported beyond
     * that is void. Returns whether that ended the comparison.
     *
     * @param nextPc where it goes on
     */
    boolean ignore(Place subject, State state, long nextPc) {
        Comparison comparison = Objects.requireNonNull(bySubject.get(subject));
        boolean windows = comparison.hasWindows();
        subject.resume(
                state,
                state.getStep() - state.getWindowSteps(),
                windows ? state.getWindowPc() : nextPc,
                comparison.passedInputs());
        comparison.ignored(state, nextPc);
        close(subject, comparison);
        relays.forEach(Relay::tell);
        return comparison.over();
    }

    /** Returns the subjects whose comparisons wait for a closer look. */
    List<Place> suspended() {
        return bySubject.entrySet().stream()
                .filter(entry -> entry.getValue().suspended())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Returns the last input that a subject and the reference have passed before a step. */
    @Nullable InputRequest inputBefore(Place subject, long step) {
        return Objects.requireNonNull(bySubject.get(subject)).inputBefore(step);
    }

    /** Takes note that an engine is gone without its guest having ended. */
    void gone(Place place) {
        Comparison comparison = bySubject.get(place);
        if (comparison != null) {
            comparison.subjectGone();
        }
    }

    /** Returns whether any comparison goes on. */
    boolean anyOpen() {
        return openCount > 0;
    }

    /** Returns the step up to which all were compared that a limit of steps has ended. */
    long limitedStep() {
        return all().stream()
                .filter(Comparison::limited)
                .mapToLong(Comparison::agreedStep)
                .min()
                .orElseThrow();
    }

    /** Returns the subjects that have failed since the last call. */
    List<Place> takeFailed() {
        List<Place> taken = List.copyOf(failed);
        failed.clear();
        return taken;
    }

    /** Passes an input of the reference on. */
    void forward(InputResult part) {
        bySubject.forEach((subject, comparison) -> {
            if (!comparison.over()) {
                subject.deliver(part);
            }
        });
    }

    /** Gives the engines the credit that comparing has freed; the slowest subject counts. */
    void grant() {
        long agreedStep = Long.MAX_VALUE;
        long inputs = Long.MAX_VALUE;
        long records = Long.MAX_VALUE;
        long inputBytes = Long.MAX_VALUE;
        for (var entry : bySubject.entrySet()) {
            Place subject = entry.getKey();
            Comparison comparison = entry.getValue();
            if (comparison.over()) {
                continue;
            }
            agreedStep = Math.min(agreedStep, comparison.keptStep());
            records = Math.min(records, comparison.referenceRecords());
            // A result that was asked for but has not left yet still takes memory.
            inputBytes = Math.min(inputBytes, comparison.inputBytes());
            inputBytes = Math.min(inputBytes, subject.inputBytesWritten());
            inputs = Math.min(inputs, comparison.passedInputs());
            if (!comparison.suspended()) {
                subject.grant(comparison.keptStep(), comparison.subjectRecords(), 0, 0);
            }
        }
        // Who is sent back must not be told that the past is not needed any more.
        if (all().stream().noneMatch(Comparison::suspended)) {
            reference.grant(agreedStep, records, inputBytes, inputs);
        }
    }

    /** Returns how many inputs every subject that is still compared has asked for. */
    long passedInputs() {
        return all().stream()
                .filter(comparison -> !comparison.over())
                .mapToLong(Comparison::passedInputs)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Returns how much all subjects have in common with the reference. */
    Compared compared() {
        return all().stream()
                .map(Comparison::compared)
                .reduce(Compared::min)
                .orElse(Compared.NOTHING);
    }
}
