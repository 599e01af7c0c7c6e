package dev.lockstep.server.run;

import java.util.Optional;

/** Decides about engines that ask for a run that nobody has created. */
public interface RunOpener {
    /** Opens no run. */
    RunOpener NEVER =
            new RunOpener() {
                @Override
                public Optional<RunDefaults> defaults() {
                    return Optional.empty();
                }

                @Override
                public boolean knows(String run) {
                    return false;
                }

                @Override
                public RunListener listen(RunSpec spec) {
                    throw new IllegalStateException("no run is to be opened: " + spec);
                }
            };

    /** Returns what such a run is to be; empty when there is to be none. */
    Optional<RunDefaults> defaults();

    /** Returns whether there was such a run, not long ago. */
    boolean knows(String run);

    /** Returns the listener of a run that is about to be created. */
    RunListener listen(RunSpec spec);
}
