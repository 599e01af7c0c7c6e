package dev.lockstep.cli.report;

import dev.lockstep.cli.evidence.Finding;
import dev.lockstep.server.run.Divergence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Divergences by kind: what one mistake causes again and again is told once, and counted. */
final class Repeats {
    private Repeats() {}

    /**
     * The first divergence of a kind.
     *
     * @param others how many more there are
     */
    record Group(Divergence first, long others) {}

    /** Returns the groups in the order of their first; what has no instruction is its own group. */
    static List<Group> of(List<Divergence> found) {
        Map<Object, List<Divergence>> kinds = new LinkedHashMap<>();
        for (Divergence divergence : found) {
            kinds.computeIfAbsent(key(divergence), _ -> new ArrayList<>()).add(divergence);
        }
        return kinds.values().stream()
                .map(group -> new Group(group.getFirst(), group.size() - 1))
                .toList();
    }

    private static Object key(Divergence divergence) {
        return Finding.of(divergence)
                .<Object>map(it -> List.of(divergence.engine(), it.kind()))
                .orElseGet(Object::new);
    }
}
