package dev.lockstep.server.run;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

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
        @Nullable Long peakRssBytes) {
    /**
     * How a guest ended.
     *
     * @param reason exited, signaled, trapped, limit or killed
     * @param status exit status, signal or cause
     */
    public record Exit(String reason, long status) {
        static Exit of(dev.lockstep.proto.v1.Exit exit) {
            String reason = exit.getReason().name().replace("EXIT_REASON_", "");
            return new Exit(reason.toLowerCase(Locale.ROOT), exit.getStatus());
        }

        @Override
        public String toString() {
            return reason + " " + status;
        }
    }
}
