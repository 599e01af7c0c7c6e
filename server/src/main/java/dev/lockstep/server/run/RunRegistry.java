package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Hello;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The runs in progress of one coordinator, by name. Everything is called on one thread. */
public final class RunRegistry {
    private final LongSupplier nanoTime;
    private final Map<String, Run> runs = new LinkedHashMap<>();

    /**
     * Creates a registry without runs.
     *
     * @param nanoTime a clock that never goes back
     */
    public RunRegistry(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /**
     * Creates a run that waits for its engines.
     *
     * @throws ConfigException if a run of this name is in progress
     */
    public void create(RunSpec spec, RunListener listener) {
        if (runs.containsKey(spec.name())) {
            throw new ConfigException(
                    "a run \"" + spec.name() + "\" is in progress; choose another name");
        }
        runs.put(spec.name(), new Run(spec, nanoTime, listener, () -> runs.remove(spec.name())));
    }

    /**
     * Gives an engine the place it asks for.
     *
     * @throws ProtocolException if it cannot have it; the caller passes that on and closes
     */
    public Place join(Hello hello, EngineLink link) throws ProtocolException {
        Run run = runs.get(hello.getRun());
        if (run == null) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_NO_SUCH_RUN,
                    "no run \"%s\" (in progress: %s); create it first"
                            .formatted(hello.getRun(), runs.keySet()));
        }
        return run.join(hello, link);
    }

    /** Tells the runs that wait for engines that somebody came who got no place. */
    public void noteStranger(String what) {
        runs.values().stream()
                .filter(Run::assembling)
                .forEach(run -> run.note("a connection was refused: " + what));
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

    /** Watches the time; to be called a few times a second. */
    public void tick() {
        List.copyOf(runs.values()).forEach(Run::tick);
    }
}
