package dev.lockstep.server.diff.events;

import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * How two logs are to be compared.
 *
 * @param profile the rules
 * @param threadMap which threads are compared: the subject's number by the reference's; empty to
 *     pair them by the profile
 * @param maxRegions how many regions that differ are searched for in a pair of threads, 0 for none
 * @param temporaryDirectory where there is room for 16 bytes an event, 8 a renaming, 4 MiB a log at
 *     least, and the text of logs that are packed or come through a pipe
 * @param absorbed is told of what is absorbed, in order
 */
public record DiffRequest(
        EventProfile profile,
        Optional<SortedMap<Long, Long>> threadMap,
        int maxRegions,
        Path temporaryDirectory,
        Consumer<AbsorbedEvent> absorbed) {
    /** Returns a request that asks for no more than the profile says. */
    public static DiffRequest of(EventProfile profile, Path temporaryDirectory) {
        return new DiffRequest(profile, Optional.empty(), 0, temporaryDirectory, _ -> {});
    }
}
