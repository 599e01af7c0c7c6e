package dev.lockstep.server.run;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.Welcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * One co-simulation, from the first engine's Hello to the last one's Goodbye. Everything is called
 * on one thread.
 */
public final class Run {
    private enum Phase {
        /** Not all engines are there. */
        ASSEMBLING,
        /** The engines execute. */
        RUNNING,
        /** There is a verdict; the engines are asked for their accounts. */
        FAREWELL,
        /** The report is out. */
        CLOSED
    }

    /** What is wrong with the run as it was asked for, rather than with an engine. */
    private static final Set<ErrorCode> PUT_TOGETHER_WRONGLY =
            Set.of(ErrorCode.ERROR_CODE_DISAGREEMENT, ErrorCode.ERROR_CODE_INCAPABLE);

    private final RunSpec spec;
    private final LongSupplier nanoTime;
    private final RunListener listener;
    private final Runnable whenClosed;
    private final long createdNanos;
    private final Places places;
    private final Place reference;
    private final Comparisons comparisons;
    private final Judge judge;
    private final Watchdog watchdog;
    private final List<Divergence> divergences = new ArrayList<>();
    private final Notes notes = new Notes();
    private final Farewell farewell;
    private final Zooms zooms;
    private final Quorum quorum = new Quorum();
    private final RuleBook rules;
    private final InputRecorder recorder = new InputRecorder(Bounds.RECORDED_INPUT_BYTES);

    private final Captures captures;

    /** What answers the reference, null if that asks the world. */
    private final @Nullable Replay replay;

    /** Whether a comparison has ended since the run was judged last. */
    private boolean unjudged;

    private Phase phase = Phase.ASSEMBLING;
    private Agreement.Terms terms;
    private Verdict verdict = Verdict.INCOMPLETE;
    private @Nullable String refusal;
    private long concludedNanos;

    /**
     * Creates a run that waits for its engines.
     *
     * @param nanoTime a clock that never goes back
     * @param whenClosed runs once, when nothing more is to be expected of the run but its report
     */
    Run(RunSpec spec, LongSupplier nanoTime, RunListener listener, Runnable whenClosed) {
        this.spec = spec;
        this.nanoTime = nanoTime;
        this.listener = listener;
        this.whenClosed = whenClosed;
        createdNanos = nanoTime.getAsLong();
        terms = Agreement.Terms.wished(spec);
        places =
                new Places(
                        spec.name(),
                        spec.engines().stream()
                                .map(engine -> new Place(this, engine, spec))
                                .toList());
        reference = places.reference();
        comparisons = new Comparisons(reference);
        InputRecord recorded = spec.inputs().recorded();
        replay = recorded == null ? null : new Replay(reference, recorded);
        farewell = new Farewell(places, notes);
        watchdog = new Watchdog(spec, createdNanos);
        judge = new Judge(spec, reference, comparisons);
        rules = new RuleBook(spec.profile(), Bounds.IGNORED_DIFFERENCES);
        captures = new Captures(spec, places.all(), nanoTime, this::goOn);
        zooms = new Zooms(spec, reference, comparisons, nanoTime, rules, looks());
    }

    String name() {
        return spec.name();
    }

    /**
     * Gives an engine its place. An engine that has one but does not fit to the others ends the
     * run; a stranger does not, nor one that cannot begin where the run does.
     */
    Place join(Hello hello, EngineLink link) throws ProtocolException {
        checkAssembling();
        Place place = places.free(hello);
        Agreement.checkOrigin(spec, hello); // What it lacks the next engine may have.
        try {
            terms = Agreement.admit(spec, hello, places.hellos());
        } catch (ProtocolException e) {
            refusal = PUT_TOGETHER_WRONGLY.contains(e.code()) ? e.text() : null;
            abandon(place.title() + " was refused: " + e.text());
            throw e;
        }
        place.occupy(hello, link);
        captures.tell(place);
        if (places.full()) {
            start();
        }
        return place;
    }

    /** Watches the time; to be called a few times a second. */
    void tick() {
        long now = nowNanos();
        switch (phase) {
            case ASSEMBLING -> watchdog.absence(places.all(), now).ifPresent(this::abandon);
            case RUNNING -> watchEngines(now);
            case FAREWELL -> finishIfAllIsSaid(now);
            case CLOSED -> {}
        }
    }

    /** Ends the run without a result, unless it has one. */
    void abandon(String reason) {
        zooms.endAll(reason);
        captures.endAll(reason);
        if (!over()) {
            notes.add(reason);
            conclude(HaltReason.HALT_REASON_ABANDONED);
        }
    }

    /** Ends the run without a result if this engine is still awaited: it will never come. */
    void absent(String engine, String reason) {
        boolean awaited =
                places.all().stream()
                        .anyMatch(p -> p.spec().name().equals(engine) && !p.connected());
        if (assembling() && awaited) {
            abandon(reason);
        }
    }

    /** Takes note that an engine opened this run by joining when another of its name was over. */
    void noteReopened(String engine) {
        notes.add(
                "engine \"%s\" opened this run after an earlier \"%s\" had ended"
                        .formatted(engine, name()));
    }

    /** Takes note of a connection that got no place. */
    void noteStranger(String text) {
        notes.addOfStranger(text);
    }

    boolean assembling() {
        return phase == Phase.ASSEMBLING;
    }

    /** Returns whether there is a verdict. */
    boolean over() {
        return phase == Phase.FAREWELL || phase == Phase.CLOSED;
    }

    long nowNanos() {
        return nanoTime.getAsLong();
    }

    /** Takes what an engine reports. */
    void arrived(Place place, Item item) {
        unjudged |= comparisons.arrived(place, item);
        goOn();
    }

    /** Takes what has happened to an engine's guest. */
    void emitted(Place place, EventBatch events) throws ProtocolException {
        listener.emitted(place.spec().name(), events);
    }

    /** Takes what an engine has found by executing a part of its past again. */
    void examined(Place place, Examination examination) {
        if (phase == Phase.RUNNING) {
            zooms.arrived(place, examination);
        }
    }

    /**
     * Begins to take states of the engines.
     *
     * @throws CaptureRefusedException if that cannot be
     */
    Capturing capture(CaptureOrder order, CaptureListener taker) {
        return captures.begin(order, taker);
    }

    /** Takes what an engine tells of its state. */
    void captured(Place place, CapturePart part) throws ProtocolException {
        captures.arrived(place, part);
    }

    /** Goes on after closer looks at differences. */
    private Zooms.Listener looks() {
        return new Zooms.Listener() {
            @Override
            public void resolved(boolean ended) {
                unjudged |= ended;
                goOn();
            }

            @Override
            public void ignored(Place subject, Divergence suspected) {
                quorum.ignore(subject, suspected);
            }

            @Override
            public void failed(String why) {
                abandon(why);
            }

            @Override
            public void note(String text) {
                notes.addOfEngine(text);
            }
        };
    }

    /** Who is being examined is not judged before that is over. */
    private void goOn() {
        zooms.proceed();
        if (unjudged && !zooms.busy() && phase == Phase.RUNNING) {
            unjudged = false;
            judge();
        }
        grant();
    }

    /** Passes an input of the reference on, or a part of one. */
    void forward(InputRequest question, InputResult part) {
        recorder.add(question, part);
        comparisons.forward(part);
    }

    /** Gives the engines the credit that comparing has freed. */
    void grant() {
        if (phase == Phase.RUNNING && listener.keepsUp()) {
            comparisons.grant();
            if (replay != null) {
                proceed(replay);
            }
        }
    }

    /** Takes a question of a reference whose inputs were recorded. */
    void asked(InputRequest question) {
        Objects.requireNonNull(replay).asked(question);
    }

    private void proceed(Replay inputs) {
        inputs.proceed();
        if (comparisons.anyOpen() && !zooms.busy()) {
            inputs.end(comparisons.passedInputs()).ifPresent(this::abandon);
        }
    }

    /** Takes note that an engine is gone without Goodbye. */
    void lost(Place place, String how) {
        zooms.lost(place);
        captures.leave(place, place.title() + " " + how);
        if (over() || comparisons.isDone(place)) {
            notes.addOfEngine(place.title() + " did not give its account: it " + how);
            finishIfAllIsSaid(nowNanos());
        } else {
            comparisons.gone(place);
            abandon(place.title() + " " + how);
        }
    }

    /** Takes note that an engine has said Goodbye. */
    void left(Place place) {
        zooms.lost(place);
        captures.leave(place, place.title() + " left");
        if (over() || comparisons.isDone(place)) {
            finishIfAllIsSaid(nowNanos());
        } else {
            comparisons.gone(place);
            abandon(place.title() + " left before it was halted" + place.exitText());
        }
    }

    private void checkAssembling() throws ProtocolException {
        if (!assembling()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_NO_SUCH_RUN,
                    "run \"%s\" has started already; join before its last engine does, or choose another --run"
                            .formatted(name()));
        }
    }

    private void start() {
        phase = Phase.RUNNING;
        boolean relayed = spec.grain() == Grain.STRICT && !places.pair();
        for (Place subject : places.subjects()) {
            String engine = subject.spec().name();
            comparisons.add(
                    subject,
                    new Comparison(spec, engine, terms.strength(), reporter(subject)),
                    relayed);
        }
        Welcome.Builder welcome = Agreement.welcome(spec, terms);
        long now = nowNanos();
        watchdog.start(now);
        places.all().forEach(place -> place.start(terms, welcome, now));
        if (spec.events()) {
            awaitEvents();
        }
        listener.runStarted();
    }

    private void awaitEvents() {
        Set<String> tellers = new TreeSet<>();
        for (Place place : places.all()) {
            if (place.emitsEvents()) {
                tellers.add(place.spec().name());
            } else {
                noteNoEvents(place);
            }
        }
        listener.eventsAwaited(tellers);
    }

    private void noteNoEvents(Place place) {
        notes.addOfEngine(place.title() + " tells no events: there is no event log of it");
    }

    /** At least one comparison has come to its end. */
    private void judge() {
        if (judge.isOver()) {
            // What was kept of the engines' states would go with them.
            unjudged = !captures.settle("run \"%s\" has ended".formatted(name()));
            if (!unjudged) {
                judge.earlyEnd().ifPresent(notes::add);
                conclude(judge.haltReason());
            }
        } else {
            comparisons.takeFailed().forEach(this::drop);
        }
    }

    /** Lets a subject go that is compared no further; the others go on. */
    private void drop(Place subject) {
        captures.leave(subject, subject.title() + " is compared no further");
        String name = subject.spec().name();
        boolean diverged = judge.outcome(subject) == Verdict.DIVERGED;
        listener.dropped(() ->
                subject.halt(
                        diverged
                                ? HaltReason.HALT_REASON_DIVERGED
                                : HaltReason.HALT_REASON_ABANDONED,
                        "run \"%s\": %s %s"
                                .formatted(
                                        name(),
                                        name,
                                        diverged
                                                ? "DIVERGED, and was given up"
                                                : "was not compared")));
    }

    /** Returns what the comparison of a subject tells the run. */
    private Reporter reporter(Place subject) {
        return new Reporter() {
            @Override
            public void diverged(Divergence divergence) {
                divergences.add(divergence);
                listener.diverged(divergence);
            }

            @Override
            public Optional<Divergence> suspected(Divergence divergence, Stretch stretch) {
                quorum.differs(subject, divergence);
                return zooms.take(subject, divergence, stretch);
            }

            @Override
            public void said(String text) {
                listener.said(text);
            }

            @Override
            public void note(String text) {
                notes.addOfEngine(text);
            }
        };
    }

    private void watchEngines(long now) {
        zooms.tick();
        captures.tick();
        if (over()) {
            return;
        }
        grant(); // What the log held up, nothing else would bring forward.
        if (!captures.settling()) {
            List<Place> needed =
                    places.all().stream().filter(place -> !comparisons.isDone(place)).toList();
            watchdog.silence(needed, captures, listener.keepsUp(), now).ifPresent(this::abandon);
        }
        if (!over()) {
            watchdog.overtime(now).ifPresent(this::stopAtLimit);
        }
        if (!over()) {
            List<Progress.EngineSteps> steps = places.all().stream().map(Place::progress).toList();
            listener.progressed(new Progress(elapsedMs(now), comparisons.compared(), steps));
        }
    }

    private void stopAtLimit(String what) {
        zooms.endAll(what);
        captures.endAll(what);
        if (!over()) {
            notes.add(what);
            conclude(HaltReason.HALT_REASON_LIMIT);
        }
    }

    private long elapsedMs(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - createdNanos);
    }

    private void conclude(HaltReason reason) {
        phase = Phase.FAREWELL;
        concludedNanos = nowNanos();
        verdict = judge.verdict();
        if (!divergences.isEmpty() || spec.inputs().kept()) {
            tellInputs(recorder.record());
        }
        // The engines that are halted tell the verdict to whoever started them.
        listener.concluded(interimReport(), () -> halt(reason));
    }

    private void tellInputs(InputRecord record) {
        record.leftOutStep()
                .ifPresent(step ->
                        notes.add(
                                "inputs from step %d on were not recorded: those before have more than %d bytes"
                                        .formatted(step, Bounds.RECORDED_INPUT_BYTES)));
        listener.recorded(record);
    }

    private void halt(HaltReason reason) {
        farewell.begin(reason, "run \"" + name() + "\": " + verdict + why(), nowNanos());
        finishIfAllIsSaid(nowNanos());
    }

    /** Returns what engines are told beside a verdict that does not explain itself. */
    private String why() {
        return verdict == Verdict.INCOMPLETE
                ? Optional.ofNullable(refusal)
                        .or(() -> notes.list().stream().findFirst())
                        .map(text -> ": " + text)
                        .orElse("")
                : "";
    }

    private void finishIfAllIsSaid(long now) {
        if (phase == Phase.FAREWELL && farewell.isOver(now)) {
            finish();
        }
    }

    private void finish() {
        phase = Phase.CLOSED;
        farewell.end();
        whenClosed.run();
        quorum.notes(reference.spec().name(), comparisons).forEach(notes::add);
        places.subjects().stream().filter(p -> p.epoch() > 0).forEach(this::noteResyncs);
        places.all().stream().filter(p -> p.returnCount() > 0).forEach(this::noteReturns);
        if (replay != null) {
            notes.add("inputs were those of an earlier run; nothing was asked of this machine");
        }
        if (!comparisons.subjects().isEmpty()) {
            rules.notes().forEach(notes::add);
        }
        if (reference.hello() != null) {
            Caveats.of(spec, terms, reference.hello(), places.subjectHellos()).forEach(notes::add);
        }
        listener.ended(report(divergences));
    }

    private void noteReturns(Place place) {
        long count = place.returnCount();
        notes.addOfEngine(
                "%s came back %s after its connection broke; nothing was lost"
                        .formatted(place.title(), count == 1 ? "once" : count + " times"));
    }

    private void noteResyncs(Place subject) {
        long count = subject.epoch();
        long stale = subject.staleFrames();
        notes.addOfEngine(
                "%s was given the reference's state %s%s"
                        .formatted(
                                subject.spec().name(),
                                count == 1 ? "once" : count + " times",
                                stale == 0
                                        ? ""
                                        : "; what came too late was dropped: "
                                                + stale
                                                + " frames"));
    }

    /**
     * Returns the account as it is now, without divergences, of which there may be many; its
     * verdict says nothing yet.
     */
    RunReport interimReport() {
        return report(List.of());
    }

    private RunReport report(List<Divergence> found) {
        return new RunReport(
                verdict,
                name(),
                spec.profile(),
                spec.grain(),
                terms.strength(),
                elapsedMs(over() ? concludedNanos : nowNanos()),
                refusal,
                notes.list(),
                comparisons.compared(),
                places.all().stream().map(p -> p.report(over() ? judge.outcome(p) : null)).toList(),
                found,
                rules.uses());
    }
}
