package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Hello;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a run is to be where its creator does not say.
 *
 * @param subjects open places for subjects, 1 to 63
 * @param windowSteps steps of a window in window grain
 * @param events whether the engines are to tell events, for those that can
 */
public record RunDefaults(
        int subjects,
        Grain grain,
        long windowSteps,
        Strength strength,
        Policy policy,
        Duration connectTimeout,
        Duration idleTimeout,
        boolean events) {
    public RunDefaults {
        if (subjects < 1 || subjects >= RunSpec.MAX_ENGINES) {
            throw new IllegalArgumentException(
                    "subjects: %d (expected: 1 to %d)"
                            .formatted(subjects, RunSpec.MAX_ENGINES - 1));
        }
    }

    /** Returns a place for a reference and for every subject. */
    public List<EngineSpec> openPlaces() {
        List<EngineSpec> places = new ArrayList<>();
        places.add(EngineSpec.open(Role.REFERENCE));
        places.addAll(Collections.nCopies(subjects, EngineSpec.open(Role.SUBJECT)));
        return places;
    }

    /** Describes the run that an engine opens by joining. */
    RunSpec opened(Hello hello) {
        String how = "opened by %s with %s".formatted(hello.getName(), Agreement.guest(hello));
        return builder(hello.getRun(), openPlaces(), how).build();
    }

    /** Starts the description of a run that differs from these defaults in what is set later. */
    public RunSpec.Builder builder(String name, List<EngineSpec> engines, String command) {
        return RunSpec.builder(name, engines, command)
                .grain(grain)
                .windowSteps(windowSteps)
                .strength(strength)
                .policy(policy)
                .connectTimeout(connectTimeout)
                .idleTimeout(idleTimeout)
                .events(events);
    }
}
