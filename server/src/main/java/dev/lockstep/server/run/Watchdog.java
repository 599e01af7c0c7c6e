package dev.lockstep.server.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds out, from the time alone, that a run cannot go on, and says why. */
final class Watchdog {
    private final RunSpec spec;
    private final long createdNanos;
    private long startedNanos;
    private long lastMovableNanos;

    Watchdog(RunSpec spec, long nowNanos) {
        this.spec = spec;
        createdNanos = nowNanos;
    }

    /** Takes note that the engines execute from now on. */
    void start(long nowNanos) {
        startedNanos = nowNanos;
        lastMovableNanos = nowNanos;
    }

    /** Returns who has not come in time. */
    Optional<String> absence(List<Place> places, long nowNanos) {
        if (nowNanos - createdNanos < spec.connectTimeout().toNanos()) {
            return Optional.empty();
        }
        String missing =
                places.stream()
                        .filter(place -> !place.connected())
                        .map(Place::title)
                        .collect(Collectors.joining(", "));
        return Optional.of(
                "%s did not connect within %s".formatted(missing, text(spec.connectTimeout())));
    }

    /**
     * Returns who is silent for too long.
     *
     * @param places those on whom anything still depends
     * @param captures states that are being taken of them, for which they may wait
     * @param logKeepsUp whether it is not for the log that everybody waits
     */
    Optional<String> silence(
            List<Place> places, Captures captures, boolean logKeepsUp, long nowNanos) {
        String limit = text(spec.idleTimeout());
        if (places.stream().anyMatch(place -> place.canMove() || captures.isTaking(place))) {
            lastMovableNanos = nowNanos;
        } else if (nowNanos - lastMovableNanos >= spec.idleTimeout().toNanos()) {
            // No engine owes anything, so none would ever be found idle.
            String who =
                    logKeepsUp
                            ? "every engine has waited for another"
                            : "the log of runs has not kept up";
            return Optional.of("%s for %s".formatted(who, limit));
        }
        return places.stream()
                .filter(place ->
                        place.idleNanos(captures.keepsWaiting(place), nowNanos)
                                >= spec.idleTimeout().toNanos())
                .findFirst()
                .map(place ->
                        "%s owes a frame and has been silent for %s, after step %d"
                                .formatted(place.title(), limit, place.step()));
    }

    /** Returns what limit of time is over, as set by the user. */
    Optional<String> overtime(long nowNanos) {
        Duration maxTime = spec.limits().maxTime();
        return maxTime == null || nowNanos - startedNanos < maxTime.toNanos()
                ? Optional.empty()
                : Optional.of("the limit of %s was reached".formatted(text(maxTime)));
    }

    private static String text(Duration limit) {
        return limit.toMillisPart() == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }
}
