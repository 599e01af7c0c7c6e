package dev.lockstep.server.run;

/** Takes what a comparison has to tell, as soon as it is known. */
interface Reporter {
    /** A difference was found. */
    void diverged(Divergence divergence);

    /** The profile says something in its own words, line ends included. */
    void said(String text);

    /** People are to read something in the report. */
    void note(String text);
}
