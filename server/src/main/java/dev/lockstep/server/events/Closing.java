package dev.lockstep.server.events;

import java.util.Locale;
import java.util.Optional;

/**
 * What stands at the end of a log: a log without it was not written to its end.
 *
 * @param kept events that are in the log
 * @param lost events that the engine told after them, and that are not
 * @param why there are lost ones, or why the engine could not tell all; empty if neither is so
 */
record Closing(long kept, long lost, String why) {
    /** Returns what people have to know of what is missing; empty if nothing is. */
    Optional<String> missing() {
        if (lost == 0) {
            return Optional.of(why).filter(text -> !text.isEmpty());
        }
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "%,d %s not kept: %s",
                        lost,
                        lost == 1 ? "event was" : "events were",
                        why));
    }
}
