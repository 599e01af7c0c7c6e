package dev.lockstep.server.control;

import dev.lockstep.proto.v1.LogDiffOptions;
import dev.lockstep.proto.v1.ThreadPair;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.EventProfiles;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Reads how logs are to be compared. What cannot be begins with the name of the field. */
final class LogOptions {
    private static final int MAX_REGIONS = 1000;
    private static final int MAX_THREAD_PAIRS = 10_000;

    private LogOptions() {}

    static DiffRequest request(LogDiffOptions wire, Path temporaryDirectory) {
        return new DiffRequest(
                profile(wire),
                threadMap(wire.getThreadPairsList()),
                regionCount(wire.getRegionCount()),
                temporaryDirectory,
                _ -> {});
    }

    private static EventProfile profile(LogDiffOptions wire) {
        EventProfile profile =
                Requests.field("options.left_out_rules", () -> withoutRules(chosen(wire), wire));
        EventProfile.Threads threads = profile.threads();
        return profile.with(
                new EventProfile.Threads(
                        threads.pairing(),
                        threads.unpairedAllowed() || wire.getUnpairedAllowed(),
                        threads.trailingAllowed(),
                        threads.lenientOrder()));
    }

    private static EventProfile withoutRules(EventProfile profile, LogDiffOptions wire) {
        if (wire.getLeftOutRulesCount() > EventProfile.MAX_RULES) {
            throw new IllegalArgumentException(
                    "%d names (expected: at most %d)"
                            .formatted(wire.getLeftOutRulesCount(), EventProfile.MAX_RULES));
        }
        wire.getLeftOutRulesList()
                .forEach(rule -> Requests.text("name", rule, Requests.MAX_NAME_CHARACTERS));
        return profile.without(new TreeSet<>(wire.getLeftOutRulesList()));
    }

    private static EventProfile chosen(LogDiffOptions wire) {
        return Requests.chosenProfile(
                wire.getProfile(),
                wire.getProfileYaml(),
                EventProfiles.DEFAULT,
                EventProfiles::shipped,
                EventProfiles::read);
    }

    private static Optional<SortedMap<Long, Long>> threadMap(List<ThreadPair> pairs) {
        if (pairs.size() > MAX_THREAD_PAIRS) {
            throw new IllegalArgumentException(
                    "options.thread_pairs: %d (expected: at most %d)"
                            .formatted(pairs.size(), MAX_THREAD_PAIRS));
        }
        SortedMap<Long, Long> map = new TreeMap<>();
        for (ThreadPair pair : pairs) {
            if (map.put(pair.getReferenceTid(), pair.getSubjectTid()) != null) {
                throw new IllegalArgumentException(
                        "options.thread_pairs.reference_tid: %d twice (expected: each thread once)"
                                .formatted(pair.getReferenceTid()));
            }
        }
        return map.isEmpty() ? Optional.empty() : Optional.of(map);
    }

    private static int regionCount(int wanted) {
        if (wanted < 0 || wanted > MAX_REGIONS) {
            throw new IllegalArgumentException(
                    "options.region_count: %d (expected: 0 to %d)".formatted(wanted, MAX_REGIONS));
        }
        return wanted;
    }
}
