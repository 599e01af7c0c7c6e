package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * Where a run in progress stands.
 *
 * @param elapsedMs since the creation of the run
 * @param compared what is equal so far; {@code compared.steps()} is the agreed step
 */
public record Progress(long elapsedMs, Compared compared, List<EngineSteps> engines) {
    public Progress {
        engines = List.copyOf(engines);
    }

    /**
     * How far one engine has reported.
     *
     * @param hostCall number of the call of its host that it says it is in
     */
    public record EngineSteps(
            String name, Role role, long steps, long blocks, @Nullable Long hostCall) {}
}
