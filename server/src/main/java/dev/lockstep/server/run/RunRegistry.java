package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.server.run.RunRefusedException.Reason;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;

/** The runs in progress of one coordinator, by name. Everything is called on one thread. */
public final class RunRegistry {
    /** Runs in progress at a time. Further ones are refused. */
    public static final int MAX_RUNS = 256;

    private final LongSupplier nanoTime;
    private final RunOpener opener;
    private final Map<String, Run> runs = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Creates a registry without runs.
     *
     * @param nanoTime a clock that never goes back
     */
    public RunRegistry(LongSupplier nanoTime, RunOpener opener) {
        this.nanoTime = nanoTime;
        this.opener = opener;
    }

    /**
     * Creates a run that waits for its engines.
     *
     * @throws RunRefusedException if its name is taken, or there is no room for it
     */
    public void create(RunSpec spec, RunListener listener) {
        checkRoom(spec.name());
        runs.put(spec.name(), new Run(spec, nanoTime, listener, () -> runs.remove(spec.name())));
        listener.runCreated();
    }

    /** Returns the account so far of a run in progress, without its divergences. */
    public Optional<RunReport> interimReport(String name) {
        return Optional.ofNullable(runs.get(name)).map(Run::interimReport);
    }

    /** Takes no more runs. */
    public void close() {
        closed = true;
    }

    /**
     * Gives an engine the place it asks for.
     *
     * @throws ProtocolException if it cannot have it; the caller passes that on and closes
     */
    public Place join(Hello hello, EngineLink link) throws ProtocolException {
        if (!runs.containsKey(hello.getRun())) {
            open(hello);
        }
        Run run = runs.get(hello.getRun());
        if (run == null) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_NO_SUCH_RUN,
                    "no run \"%s\" (in progress: %s); create it first"
                            .formatted(Excerpt.ofName(hello.getRun()), runs.keySet()));
        }
        return run.join(hello, link);
    }

    /** Creates the run that an engine asks for, if the engine would do and runs may be opened. */
    private void open(Hello hello) throws ProtocolException {
        Optional<RunDefaults> defaults = opener.defaults();
        if (defaults.isEmpty()) {
            return;
        }
        Places.checkNewcomer(hello);
        RunSpec spec = defaults.get().opened(hello);
        Agreement.admit(spec, hello, List.of());
        try {
            checkRoom(spec.name());
        } catch (RunRefusedException e) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_NO_ROOM, String.valueOf(e.getMessage()));
        }
        boolean again = opener.knows(spec.name());
        create(spec, opener.listen(spec));
        if (again) {
            Objects.requireNonNull(runs.get(spec.name())).noteReopened(hello.getName());
        }
    }

    private void checkRoom(String name) {
        if (closed) {
            throw new RunRefusedException(
                    Reason.CLOSED, "run \"" + name + "\": the coordinator takes no more runs");
        }
        if (runs.containsKey(name)) {
            throw new RunRefusedException(
                    Reason.NAME_TAKEN,
                    "a run \"" + name + "\" is in progress; choose another name");
        }
        if (runs.size() >= MAX_RUNS) {
            throw new RunRefusedException(
                    Reason.TOO_MANY,
                    "run \"%s\": %d runs are in progress (expected: at most that many); try again when one has ended"
                            .formatted(name, runs.size()));
        }
    }

    /**
     * Tells runs that wait for engines that somebody came who got no place: the one that was asked
     * for, or all if they are of one process, which is sure to be concerned.
     *
     * @param asked name of a run, or what was given for one; empty when none was
     */
    public void noteStranger(String asked, String what) {
        boolean concernsAll = opener.defaults().isEmpty();
        runs.values().stream()
                .filter(Run::assembling)
                .filter(run -> concernsAll || run.name().equals(asked))
                .forEach(run -> run.noteStranger("a connection was refused: " + what));
    }

    /** Ends a run INCOMPLETE unless it has a verdict or is gone. */
    public void abandon(String name, String reason) {
        Run run = runs.get(name);
        if (run != null) {
            run.abandon(reason);
        }
    }

    /** Ends a run INCOMPLETE if it still waits for this engine. */
    public void absent(String name, String engine, String reason) {
        Run run = runs.get(name);
        if (run != null) {
            run.absent(engine, reason);
        }
    }

    /** Ends all runs without a verdict INCOMPLETE. */
    public void abandonAll(String reason) {
        List.copyOf(runs.values()).forEach(run -> run.abandon(reason));
    }

    /**
     * Begins to take states of the engines of a run.
     *
     * @return empty if no run of this name is in progress
     * @throws CaptureRefusedException if that cannot be
     */
    public Optional<Capturing> capture(String name, CaptureOrder order, CaptureListener listener) {
        return Optional.ofNullable(runs.get(name)).map(run -> run.capture(order, listener));
    }

    /** Watches the time; to be called a few times a second. */
    public void tick() {
        List.copyOf(runs.values()).forEach(Run::tick);
    }
}
