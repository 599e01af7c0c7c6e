package dev.lockstep.server.run;

/**
 * What follows from a divergence.
 *
 * @param maxDivergences of one subject, 1 to {@link #MAX_DIVERGENCES}; at this many it is given up
 */
public record Policy(OnDivergence onDivergence, int maxDivergences) {
    /** Divergences of one subject that a run keeps, at most. */
    public static final int MAX_DIVERGENCES = 100_000;

    public static final int DEFAULT_MAX_DIVERGENCES = 1000;

    /** The first divergence ends the run. */
    public static final Policy STOP = new Policy(OnDivergence.STOP, DEFAULT_MAX_DIVERGENCES);

    /** The run goes on after a divergence. */
    public static final Policy TRACK = new Policy(OnDivergence.TRACK, DEFAULT_MAX_DIVERGENCES);

    /** Whether the comparison goes on. */
    public enum OnDivergence {
        /** The first divergence of any subject ends the run. */
        STOP,
        /** A subject is compared until it differs too much; then the others go on without it. */
        TRACK,
        /** A subject that differs is given the reference's state, until it differed too often. */
        RESYNC
    }

    public Policy {
        if (maxDivergences < 1 || maxDivergences > MAX_DIVERGENCES) {
            throw new IllegalArgumentException(
                    "maxDivergences: %d (expected: 1 to %d)"
                            .formatted(maxDivergences, MAX_DIVERGENCES));
        }
    }

    /** Returns whether a subject that differs is to go on from the reference's state. */
    boolean resyncs() {
        return onDivergence == OnDivergence.RESYNC;
    }

    /** Returns whether the first divergence ends the run. */
    boolean stops() {
        return onDivergence == OnDivergence.STOP;
    }
}
