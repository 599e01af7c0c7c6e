package dev.lockstep.server.run;

/**
 * Strict grain: tells each side of one comparison what the other reported, once both have come to a
 * common step. To be asked before the verdict is given, so that it arrives before it.
 */
final class Relay {
    private final Place reference;
    private final Place subject;
    private final Comparison comparison;
    private long toldPairs;

    Relay(Place reference, Place subject, Comparison comparison) {
        this.reference = reference;
        this.subject = subject;
        this.comparison = comparison;
    }

    /** Tells both sides what is new. */
    void tell() {
        if (comparison.pairs() > toldPairs) {
            toldPairs = comparison.pairs();
            tell(subject, reference, comparison.reference());
            tell(reference, subject, comparison.subject());
        }
    }

    private void tell(Place listener, Place peer, Lane reported) {
        if (reported.moved()) {
            listener.tell(
                    reported.lastRecord()
                            .setName(peer.spec().name())
                            .setEqual(comparison.lastEqual())
                            .build());
        }
    }
}
