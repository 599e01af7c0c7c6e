package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Evidence;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.Naming;
import dev.lockstep.proto.v1.State;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The differences of a run that are looked at closer, one at a time, since all of them need the
 * reference.
 */
final class Zooms {
    private final RunSpec spec;
    private final Place reference;
    private final Comparisons comparisons;
    private final LongSupplier nanoTime;
    private final RuleBook rules;
    private final Listener listener;

    /** One for each subject at most, as its comparison waits meanwhile. */
    private final Deque<Suspicion> waiting = new ArrayDeque<>();

    private final Map<Place, Integer> counts = new HashMap<>();
    private @Nullable Zoom active;

    /** What is looked at, or was last. */
    private @Nullable Suspicion looked;

    /** Why nothing is taken any more, null before. */
    private @Nullable String closed;

    /** Hears what comes of differences. */
    interface Listener {
        /**
         * A comparison goes on.
         *
         * @param ended whether that ended it
         */
        void resolved(boolean ended);

        /** A difference is none that counts. */
        void ignored(Place subject, Divergence suspected);

        /** The run cannot go on. */
        void failed(String why);

        /** People are to read something. */
        void note(String text);
    }

    private record Suspicion(Place subject, Divergence divergence, Stretch stretch) {}

    /**
     * Creates no zoom yet.
     *
     * @param rules say what differences are ignored
     */
    Zooms(
            RunSpec spec,
            Place reference,
            Comparisons comparisons,
            LongSupplier nanoTime,
            RuleBook rules,
            Listener listener) {
        this.spec = spec;
        this.reference = reference;
        this.comparisons = comparisons;
        this.nanoTime = nanoTime;
        this.rules = rules;
        this.listener = listener;
    }

    /**
     * Takes a difference, unless something hinders it; {@link #proceed} begins.
     *
     * @return the divergence and why it is not looked at; empty if it is
     */
    Optional<Divergence> take(Place subject, Divergence divergence, Stretch stretch) {
        String inability = inability(subject);
        if (inability != null) {
            return Optional.of(unexamined(divergence, stretch, inability, reference.repeats()));
        }
        String obstacle = obstacle(subject);
        if (obstacle != null) {
            return Optional.of(unexamined(divergence, stretch, obstacle, false));
        }
        counts.merge(subject, 1, Integer::sum);
        waiting.add(new Suspicion(subject, divergence, stretch));
        return Optional.empty();
    }

    /** Returns which engines can never go back; null if both can. */
    private @Nullable String inability(Place subject) {
        List<String> unable =
                Stream.of(reference, subject)
                        .filter(place -> !place.examines())
                        .map(Place::title)
                        .toList();
        return unable.isEmpty() ? null : String.join(" and ", unable) + " cannot go back";
    }

    private @Nullable String obstacle(Place subject) {
        if (closed != null) {
            return closed;
        }
        if (spec.window().singly()) {
            return "every instruction was compared by itself";
        }
        boolean isTold = spec.policy().onDivergence() == Policy.OnDivergence.TRACK;
        return isTold && counts.getOrDefault(subject, 0) >= Bounds.TRACKED_ZOOMS
                ? "of a subject that is tracked, %d divergences are looked at"
                        .formatted(Bounds.TRACKED_ZOOMS)
                : null;
    }

    /**
     * Returns a divergence that was not looked at closer, and why.
     *
     * @param rerunTells whether it can be looked at by running both again, and only so
     */
    private static Divergence unexamined(
            Divergence divergence, Stretch stretch, String why, boolean rerunTells) {
        return divergence.with(
                Evidence.newBuilder()
                        .setNaming(Naming.NAMING_NOT_EXAMINED)
                        .setText(why)
                        .setAgreedStep(stretch.agreedStep())
                        .setDifferingStep(stretch.differingStep())
                        .setReferenceDigest(stretch.referenceDigest())
                        .setSubjectDigest(stretch.subjectDigest())
                        .setOnlyRerunTells(rerunTells)
                        .build());
    }

    /** Returns whether something is being looked at, or waits for it. */
    boolean busy() {
        return active != null || !waiting.isEmpty();
    }

    /** Begins to look at the next difference, if none is being looked at. */
    void proceed() {
        while (active == null && !waiting.isEmpty()) {
            Suspicion next = waiting.remove();
            looked = next;
            active =
                    new Zoom(
                            next.divergence,
                            next.stretch,
                            reference,
                            next.subject,
                            step -> comparisons.inputBefore(next.subject, step),
                            ignoring(next.subject),
                            resyncStep(next.subject),
                            nanoTime.getAsLong(),
                            this::done);
            active.begin();
        }
    }

    /** Takes what an engine has found. */
    void arrived(Place place, Examination part) {
        if (active != null) {
            active.arrived(place, part, nanoTime.getAsLong());
        }
    }

    /** Watches the time. */
    void tick() {
        if (active != null) {
            active.tick(nanoTime.getAsLong());
        }
    }

    /** Ends what needs an engine that is gone. */
    void lost(Place place) {
        String why = place.title() + " is gone";
        if (place == reference) {
            endAll(why);
        } else {
            end(place, why);
        }
    }

    /** Ends everything with what is known, and takes nothing more. */
    void endAll(String why) {
        closed = why;
        for (Place subject : comparisons.suspended()) {
            end(subject, why);
        }
    }

    private void end(Place subject, String why) {
        if (active != null && active.subject() == subject) {
            active.end(why);
        }
        for (Suspicion suspicion : List.copyOf(waiting)) {
            if (suspicion.subject == subject && waiting.remove(suspicion)) {
                Divergence divergence =
                        unexamined(suspicion.divergence, suspicion.stretch, why, false);
                listener.resolved(comparisons.resolve(subject, divergence));
            }
        }
    }

    private Ignoring ignoring(Place subject) {
        Comparison comparison = Objects.requireNonNull(comparisons.of(subject));
        return new Ignoring(rules, reference, subject, comparison);
    }

    private @Nullable Long resyncStep(Place subject) {
        return spec.policy().resyncs() ? comparisons.resyncStep(subject) : null;
    }

    private void done(Zoom zoom) {
        active = null;
        reference.resume();
        if (zoom.ignoring().isDone()) {
            ignore(zoom);
        } else {
            tell(zoom);
        }
    }

    private void ignore(Zoom zoom) {
        Place subject = zoom.subject();
        Ignoring ignored = zoom.ignoring();
        if (rules.isFull()) {
            listener.failed(rules.overflow());
            return;
        }
        rules.apply(ignored.rule());
        counts.merge(subject, -1, Integer::sum);
        listener.ignored(subject, Objects.requireNonNull(looked).divergence);
        listener.resolved(comparisons.ignore(subject, ignored.state(), ignored.nextPc()));
    }

    private void tell(Zoom zoom) {
        if (zoom.ignoring().obstacle() != null) {
            listener.note(
                    "rule %s covers the difference of %s at step %d and cannot be applied: %s"
                            .formatted(
                                    zoom.ignoring().rule().name(),
                                    zoom.subject().spec().name(),
                                    zoom.result().step(),
                                    zoom.ignoring().obstacle()));
        }
        Place subject = zoom.subject();
        Divergence divergence = bounded(subject, zoom.result());
        Resync resync = zoom.resync();
        State state = resync == null ? null : resync.state();
        if (state == null) {
            String obstacle = resync == null ? null : resync.obstacle();
            if (obstacle != null) {
                listener.note(
                        "%s cannot be given the reference's state: %s"
                                .formatted(subject.spec().name(), obstacle));
            }
            subject.resume();
            listener.resolved(comparisons.resolve(subject, divergence));
        } else {
            listener.resolved(comparisons.resync(subject, state, divergence));
        }
    }

    private Divergence bounded(Place subject, Divergence divergence) {
        Evidence evidence = divergence.evidence();
        return evidence == null || counts.getOrDefault(subject, 0) <= Bounds.TRACED_DIVERGENCES
                ? divergence
                : divergence.with(
                        evidence.toBuilder().clearReferenceTrace().clearSubjectTrace().build());
    }
}
