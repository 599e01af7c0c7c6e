package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.EngineSnapshot;

import java.util.List;

/** What can be told from the manifest of a snapshot alone. */
final class Manifests {
    private Manifests() {}

    /** Returns whether all engines have the same machine and memory. */
    static boolean areEqual(List<EngineSnapshot> engines) {
        EngineSnapshot first = engines.getFirst();
        return engines.stream().allMatch(engine -> areEqual(first, engine));
    }

    static boolean areEqual(EngineSnapshot one, EngineSnapshot other) {
        return one.getMemoryRoot().equals(other.getMemoryRoot())
                && one.getMachineDigest().equals(other.getMachineDigest());
    }
}
