package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one engine at the end of a run.
 *
 * @param connected whether it took its place in the run
 * @param steps steps it executed, as far as it said so
 * @param blocks blocks it executed, as far as it said so
 * @param exit how its guest ended, null when unknown
 * @param outcome what comparing this subject came to; null for a reference, and while unknown
 * @param elapsedMs from Welcome to its end by its own clock, null when it did not say Goodbye
 * @param peakRssBytes peak resident memory of its process, null when unknown
 * @param events events that came from it, null when it was to tell none or it is unknown
 */
public record EngineReport(
        String name,
        Role role,
        boolean connected,
        long steps,
        long blocks,
        @Nullable Exit exit,
        @Nullable Verdict outcome,
        @Nullable Long elapsedMs,
        @Nullable Long peakRssBytes,
        @Nullable Long events) {
    /** Returns this account with a number of events. */
    public EngineReport withEvents(long count) {
        return new EngineReport(
                name,
                role,
                connected,
                steps,
                blocks,
                exit,
                outcome,
                elapsedMs,
                peakRssBytes,
                count);
    }

    /**
     * How a guest ended.
     *
     * @param status exit status, signal or cause
     */
    public record Exit(ExitReason reason, long status) {
        /** Takes over what was {@link #check checked} when it came. */
        static Exit of(dev.lockstep.proto.v1.Exit exit) {
            return new Exit(ExitReason.of(exit.getReason()).orElseThrow(), exit.getStatus());
        }

        /** Refuses an end for no known reason. */
        static void check(String where, dev.lockstep.proto.v1.Exit exit) throws ProtocolException {
            if (ExitReason.of(exit.getReason()).isEmpty()) {
                throw ProtocolException.badFrame(
                        "%s.reason: %d (expected: %s)"
                                .formatted(where, exit.getReasonValue(), ExitReason.texts()));
            }
        }

        /** Returns whether the guest was stopped, and did not come to its own end. */
        boolean isFromOutside() {
            return reason == ExitReason.LIMIT || reason == ExitReason.KILLED;
        }

        @Override
        public String toString() {
            return isFromOutside() && status == 0 ? reason.text() : reason.text() + " " + status;
        }
    }
}
