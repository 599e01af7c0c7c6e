package dev.lockstep.server.run;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;

/**
 * What a run is to be.
 *
 * @param name unique among the runs in progress, 1 to 64 characters of {@code [A-Za-z0-9._-]}
 * @param engines one reference and at least one subject, names unique
 * @param strength what is wished; the engines may lower it to what all of them can do
 * @param connectTimeout how long after its creation the run waits for all engines to say Hello
 * @param idleTimeout how long an engine that owes a frame may be silent
 * @param command the command line, for people who list runs
 */
public record RunSpec(
        String name,
        List<EngineSpec> engines,
        Grain grain,
        Strength strength,
        Duration connectTimeout,
        Duration idleTimeout,
        String command) {
    public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);
    public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ofSeconds(60);

    public RunSpec {
        EngineSpec.checkName("run name", name);
        engines = List.copyOf(engines);
        checkRoles(engines);
        checkNamesUnique(engines);
        checkPositive("connectTimeout", connectTimeout);
        checkPositive("idleTimeout", idleTimeout);
        if (grain != Grain.BLOCK) {
            throw new IllegalArgumentException("grain: " + grain.text() + " (expected: block)");
        }
    }

    /** Returns a run at block grain, full strength and with the default timeouts. */
    public static RunSpec of(String name, List<EngineSpec> engines, String command) {
        return new RunSpec(
                name,
                engines,
                Grain.BLOCK,
                Strength.FULL,
                DEFAULT_CONNECT_TIMEOUT,
                DEFAULT_IDLE_TIMEOUT,
                command);
    }

    private static void checkRoles(List<EngineSpec> engines) {
        long references = engines.stream().filter(e -> e.role() == Role.REFERENCE).count();
        if (references != 1 || engines.size() < 2) {
            throw new IllegalArgumentException(
                    "engines: " + engines + " (expected: one reference and at least one subject)");
        }
    }

    private static void checkNamesUnique(List<EngineSpec> engines) {
        var names = new HashSet<String>();
        for (EngineSpec engine : engines) {
            if (!names.add(engine.name())) {
                throw new IllegalArgumentException(
                        "engine name: \""
                                + engine.name()
                                + "\" appears twice (expected: every engine has its own name)");
            }
        }
    }

    private static void checkPositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
    }
}
