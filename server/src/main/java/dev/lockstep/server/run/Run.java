package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.Welcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
    private final List<Place> places;
    private final Place reference;
    private final Map<Place, Comparison> comparisons = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();

    private Phase phase = Phase.ASSEMBLING;
    private Strength strength;
    private Verdict verdict = Verdict.INCOMPLETE;
    private @Nullable String refusal;
    private long lastMovableNanos;
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
        strength = spec.strength();
        places = spec.engines().stream().map(engine -> new Place(this, engine)).toList();
        reference =
                places.stream()
                        .filter(place -> place.spec().role() == Role.REFERENCE)
                        .findFirst()
                        .orElseThrow();
    }

    String name() {
        return spec.name();
    }

    /**
     * Gives an engine its place. An engine that has one but does not fit ends the run; a stranger
     * does not.
     */
    Place join(Hello hello, EngineLink link) throws ProtocolException {
        Place place = freePlace(hello);
        try {
            strength = Agreement.admit(spec, hello, hellos(places));
        } catch (ProtocolException e) {
            refusal = PUT_TOGETHER_WRONGLY.contains(e.code()) ? e.text() : null;
            abandon(place.title() + " was refused: " + e.text());
            throw e;
        }
        place.occupy(hello, link);
        if (places.stream().allMatch(Place::connected)) {
            start();
        }
        return place;
    }

    /** Watches the time; to be called a few times a second. */
    void tick() {
        long now = nowNanos();
        switch (phase) {
            case ASSEMBLING -> watchAssembly(now);
            case RUNNING -> watchEngines(now);
            case FAREWELL -> watchFarewell(now);
            case CLOSED -> {}
        }
    }

    /** Ends the run without a result, unless it has one. */
    void abandon(String reason) {
        if (!over()) {
            note(reason);
            conclude(Verdict.INCOMPLETE, HaltReason.HALT_REASON_ABANDONED);
        }
    }

    /** Ends the run without a result if this engine is still awaited: it will never come. */
    void absent(String engine, String reason) {
        boolean awaited =
                places.stream().anyMatch(p -> p.spec().name().equals(engine) && !p.connected());
        if (assembling() && awaited) {
            abandon(reason);
        }
    }

    /** Says something to the people who read the report. */
    void note(String text) {
        if (notes.size() < Bounds.NOTES) {
            notes.add(text);
        }
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
        if (place == reference) {
            comparisons.values().forEach(comparison -> comparison.addReference(item));
        } else {
            comparison(place).addSubject(item);
        }
        judge();
    }

    /** Passes an input of the reference on. */
    void forward(InputResult part) {
        comparisons.keySet().forEach(subject -> subject.deliver(part));
    }

    /** Gives the engines the credit that comparing has freed. */
    void grant() {
        if (phase != Phase.RUNNING) {
            return;
        }
        long agreedStep = Long.MAX_VALUE;
        long records = Long.MAX_VALUE;
        long inputBytes = Long.MAX_VALUE;
        for (var entry : comparisons.entrySet()) {
            Place subject = entry.getKey();
            Comparison comparison = entry.getValue();
            agreedStep = Math.min(agreedStep, comparison.agreedStep());
            records = Math.min(records, comparison.referenceRecords());
            // A result that was asked for but has not left yet still takes memory.
            inputBytes = Math.min(inputBytes, comparison.inputBytes());
            inputBytes = Math.min(inputBytes, subject.inputBytesWritten());
            subject.grant(comparison.agreedStep(), comparison.subjectRecords(), 0);
        }
        reference.grant(agreedStep, records, inputBytes);
    }

    /** Takes note that an engine is gone without Goodbye. */
    void lost(Place place, String how) {
        if (over()) {
            note(place.title() + " did not give its account: it " + how);
            finishWhenAllLeft();
        } else {
            abandon(place.title() + " " + how);
        }
    }

    /** Takes note that an engine has said Goodbye. */
    void left(Place place) {
        if (over()) {
            finishWhenAllLeft();
        } else {
            abandon(place.title() + " left before it was halted" + exitText(place));
        }
    }

    private Place freePlace(Hello hello) throws ProtocolException {
        if (!assembling()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_NO_SUCH_RUN,
                    "run \"" + name() + "\" has started already; join before its last engine does");
        }
        return places.stream()
                .filter(place -> place.spec().name().equals(hello.getName()))
                .filter(place -> place.spec().role().wire() == hello.getRole())
                .filter(place -> !place.connected())
                .findFirst()
                .orElseThrow(() -> noPlace(hello));
    }

    private ProtocolException noPlace(Hello hello) {
        List<String> free =
                places.stream()
                        .filter(place -> !place.connected())
                        .map(place -> place.spec().role().text() + " " + place.spec().name())
                        .toList();
        return new ProtocolException(
                ErrorCode.ERROR_CODE_PLACE_TAKEN,
                "run \"%s\" has no place for %s \"%s\" (free: %s)"
                        .formatted(name(), hello.getRole(), hello.getName(), free));
    }

    private static List<Hello> hellos(Collection<Place> places) {
        return places.stream().map(Place::hello).filter(Objects::nonNull).toList();
    }

    private void start() {
        phase = Phase.RUNNING;
        for (Place place : places) {
            if (place != reference) {
                comparisons.put(place, new Comparison(place.spec().name(), strength));
            }
        }
        Welcome.Builder welcome =
                Welcome.newBuilder()
                        .setRun(name())
                        .setGrain(spec.grain().wire())
                        .setStrength(strength.wire())
                        .setBatchRecordLimit(Bounds.BATCH_RECORDS);
        long now = nowNanos();
        lastMovableNanos = now;
        places.forEach(place -> place.start(welcome, now));
        listener.runStarted();
    }

    private Comparison comparison(Place subject) {
        return Objects.requireNonNull(comparisons.get(subject));
    }

    private void judge() {
        if (!divergences().isEmpty()) {
            divergences().forEach(listener::diverged);
            conclude(Verdict.DIVERGED, HaltReason.HALT_REASON_DIVERGED);
        } else if (comparisons.values().stream().allMatch(Comparison::finished)) {
            conclude(outcomeOfEqualEnds(), HaltReason.HALT_REASON_FINISHED);
        } else {
            grant();
        }
    }

    private Verdict outcomeOfEqualEnds() {
        if (compared().steps() == 0) {
            return Verdict.VACUOUS;
        }
        if (reference.stoppedFromOutside()) {
            note("the guests were stopped before their end" + exitText(reference));
            return Verdict.INCOMPLETE;
        }
        return Verdict.MATCH;
    }

    private List<Divergence> divergences() {
        List<Divergence> found = new ArrayList<>();
        for (Comparison comparison : comparisons.values()) {
            Optional.ofNullable(comparison.divergence()).ifPresent(found::add);
        }
        return found;
    }

    private Compared compared() {
        return comparisons.values().stream()
                .map(Comparison::compared)
                .reduce(Compared::min)
                .orElse(Compared.NOTHING);
    }

    private void watchAssembly(long now) {
        if (now - createdNanos < spec.connectTimeout().toNanos()) {
            return;
        }
        List<String> missing =
                places.stream().filter(p -> !p.connected()).map(Place::title).toList();
        abandon(
                "%s did not connect within %d ms"
                        .formatted(String.join(", ", missing), spec.connectTimeout().toMillis()));
    }

    private void watchEngines(long now) {
        if (places.stream().anyMatch(Place::canMove)) {
            lastMovableNanos = now;
        } else if (now - lastMovableNanos >= spec.idleTimeout().toNanos()) {
            // No engine owes anything, so none would ever be found idle.
            abandon(
                    "every engine has waited for another for %d ms"
                            .formatted(spec.idleTimeout().toMillis()));
            return;
        }
        for (Place place : places) {
            if (place.idleNanos(now) >= spec.idleTimeout().toNanos()) {
                abandon(
                        "%s owes a frame and has been silent for %d ms, after step %d"
                                .formatted(
                                        place.title(),
                                        spec.idleTimeout().toMillis(),
                                        place.step()));
                return;
            }
        }
        listener.progressed(new Progress(compared(), places.stream().map(Run::steps).toList()));
    }

    private static Progress.EngineSteps steps(Place place) {
        return new Progress.EngineSteps(place.spec().name(), place.spec().role(), place.step());
    }

    private void watchFarewell(long now) {
        if (now - concludedNanos >= Bounds.GOODBYE_TIMEOUT.toNanos()) {
            places.stream()
                    .filter(Place::connected)
                    .forEach(p -> note(p.title() + " did not give its account in time"));
            finish();
        }
    }

    private void conclude(Verdict outcome, HaltReason reason) {
        verdict = outcome;
        phase = Phase.FAREWELL;
        concludedNanos = nowNanos();
        String text = "run \"" + name() + "\": " + outcome;
        places.forEach(place -> place.halt(reason, text));
        finishWhenAllLeft();
    }

    private void finishWhenAllLeft() {
        if (phase == Phase.FAREWELL && places.stream().noneMatch(Place::connected)) {
            finish();
        }
    }

    private void finish() {
        phase = Phase.CLOSED;
        places.forEach(Place::close);
        whenClosed.run();
        if (reference.hello() != null) {
            Caveats.of(strength, reference.hello(), hellos(comparisons.keySet()))
                    .forEach(this::note);
        }
        listener.ended(
                new RunReport(
                        verdict,
                        name(),
                        spec.grain(),
                        strength,
                        (concludedNanos - createdNanos) / 1_000_000,
                        refusal,
                        List.copyOf(notes),
                        compared(),
                        places.stream().map(Place::report).toList(),
                        divergences()));
    }

    private static String exitText(Place place) {
        EngineReport.Exit exit = place.report().exit();
        return exit == null ? "" : " (" + exit + ")";
    }
}
