package dev.lockstep.server.run;

import java.util.Optional;

/** Takes what a comparison has to tell, as soon as it is known. */
interface Reporter {
    /** A difference was found. */
    void diverged(Divergence divergence);

    /**
     * A difference was found that may be looked at closer before it is told.
     *
     * @return what to tell at once; empty if somebody looks, and the comparison is to wait for that
     */
    default Optional<Divergence> suspected(Divergence divergence, Stretch stretch) {
        return Optional.of(divergence);
    }

    /** The profile says something in its own words, line ends included. */
    void said(String text);

    /** People are to read something in the report. */
    void note(String text);
}
