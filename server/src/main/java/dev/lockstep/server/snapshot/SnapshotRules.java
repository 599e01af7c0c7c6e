package dev.lockstep.server.snapshot;

import static dev.lockstep.server.snapshot.StateRules.expect;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Snapshot;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/** What snapshots.proto asks of what a taker says of a snapshot. */
final class SnapshotRules {
    static final int MAX_LABEL_CHARACTERS = 256;
    static final int MAX_LAUNCH_BYTES = 1 << 20;

    /** What is known of a snapshot at most: it has to fit into a frame of an export, and a blob. */
    static final int MAX_MANIFEST_BYTES = 8 << 20;

    /** Engines of a snapshot at most: more than take part in any run. */
    static final int MAX_ENGINES = 64;

    /** What is said of an engine at most: lists show it. */
    private static final int MAX_ENGINE_BYTES = 64 << 10;

    private SnapshotRules() {}

    static void check(Snapshot about) {
        expect(
                StateRules.NAME.matcher(about.getRun()).matches() && about.getRunId() >= 0,
                "snapshot: of run \"%s\", %d (expected: 1 to 64 characters of [A-Za-z0-9._-], 0 or"
                        + " more)",
                about.getRun(),
                about.getRunId());
        expect(
                about.getLabel().length() <= MAX_LABEL_CHARACTERS,
                "label: %d characters (expected: at most %d)",
                about.getLabel().length(),
                MAX_LABEL_CHARACTERS);
        int launchBytes = about.getLaunch().getBytes(StandardCharsets.UTF_8).length;
        expect(
                launchBytes <= MAX_LAUNCH_BYTES,
                "launch: %d bytes (expected: at most %d)",
                launchBytes,
                MAX_LAUNCH_BYTES);
        expect(about.hasCreateTime(), "snapshot: without create_time (expected: when it is taken)");
        checkEngines(about);
    }

    /** Checks what is to be kept, of which the files have been told by the engines. */
    static void checkManifest(Snapshot manifest) {
        int bytes = manifest.getSerializedSize();
        expect(
                bytes <= MAX_MANIFEST_BYTES,
                "snapshot: %d bytes with the names of %d files (expected: at most %d)",
                bytes,
                manifest.getSourcesCount(),
                MAX_MANIFEST_BYTES);
    }

    private static void checkEngines(Snapshot about) {
        int count = about.getEnginesCount();
        expect(
                count > 0 && count <= MAX_ENGINES,
                "snapshot: %d engines (expected: 1 to %d)",
                count,
                MAX_ENGINES);
        expect(
                about.getEngines(0).getRole() == Role.ROLE_REFERENCE,
                "snapshot: %s comes first (expected: the reference)",
                about.getEngines(0).getEngine());
        Set<String> names = new HashSet<>();
        for (EngineSnapshot engine : about.getEnginesList()) {
            String name = engine.getEngine();
            expect(
                    StateRules.NAME.matcher(name).matches() && names.add(name),
                    "engine \"%s\": its name (expected: 1 to 64 characters of [A-Za-z0-9._-],"
                            + " once)",
                    name);
            expect(
                    engine.getRole() == Role.ROLE_REFERENCE
                            || engine.getRole() == Role.ROLE_SUBJECT,
                    "engine %s: role %s (expected: reference or subject)",
                    name,
                    engine.getRole());
            int bytes = engine.getSerializedSize();
            expect(
                    bytes <= MAX_ENGINE_BYTES,
                    "engine %s: an account of %d bytes (expected: at most %d)",
                    name,
                    bytes,
                    MAX_ENGINE_BYTES);
        }
    }
}
