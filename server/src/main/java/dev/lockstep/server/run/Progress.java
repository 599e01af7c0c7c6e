package dev.lockstep.server.run;

import java.util.List;

/**
 * Where a run in progress stands.
 *
 * @param compared what is equal so far; {@code compared.steps()} is the agreed step
 */
public record Progress(Compared compared, List<EngineSteps> engines) {
    public Progress {
        engines = List.copyOf(engines);
    }

    /** How far one engine has reported. */
    public record EngineSteps(String name, Role role, long steps) {}
}
