package dev.lockstep.server.control;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.DiffStatesRequest;
import dev.lockstep.proto.v1.StateDiffOptions;
import dev.lockstep.server.diff.state.Masking;
import dev.lockstep.server.diff.state.StateDiff;
import dev.lockstep.server.diff.state.StateDiffResult;
import dev.lockstep.server.diff.state.StateLimits;
import dev.lockstep.server.diff.state.StateProfile;
import dev.lockstep.server.diff.state.StateProfiles;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Two states that a client sends. Belongs to the thread that answers the call. */
final class StateUpload {
    /**
     * What a comparison may take of the coordinator's memory, beside the bytes of both states: 120
     * MiB if they are made to take much.
     */
    static final StateLimits LIMITS = new StateLimits(1 << 20, 1000);

    private final Upload<DiffStatesRequest> parts;
    private final Path directory;

    /**
     * @param directory for temporary files
     */
    StateUpload(Upload<DiffStatesRequest> parts, Path directory) {
        this.parts = parts;
        this.directory = directory;
    }

    /** Receives both states and compares them. */
    StateDiffResult compare() throws IOException, InterruptedException {
        StateDiffOptions options =
                parts.options(DiffStatesRequest::hasOptions, DiffStatesRequest::getOptions);
        StateProfile profile = profile(options);
        Optional<Masking> masking = masking(options.getMaskTable(), profile);
        String referenceName = Requests.sideName("reference", options.getReferenceName());
        String subjectName = Requests.sideName("subject", options.getSubjectName());
        try (SpooledState reference = SpooledState.in(directory, referenceName);
                SpooledState subject = SpooledState.in(directory, subjectName)) {
            receive(reference, subject);
            return StateDiff.compare(profile, reference, subject, masking, LIMITS);
        }
    }

    private static StateProfile profile(StateDiffOptions options) {
        return Requests.chosenProfile(
                options.getProfile(),
                options.getProfileYaml(),
                StateProfiles.DEFAULT,
                StateProfiles::shipped,
                StateProfiles::read);
    }

    private static Optional<Masking> masking(ByteString table, StateProfile profile) {
        if (table.isEmpty()) {
            return Optional.empty();
        }
        if (profile.image().isEmpty()) {
            throw new IllegalArgumentException(
                    "options.mask_table: profile %s compares no images (expected: one that says how)"
                            .formatted(profile.name()));
        }
        return Optional.of(
                Masking.read("options.mask_table", table.toByteArray(), profile.image().get()));
    }

    private void receive(SpooledState reference, SpooledState subject)
            throws IOException, InterruptedException {
        parts.forEach(part -> {
            switch (part.getPartCase()) {
                case REFERENCE -> reference.add(part.getReference());
                case SUBJECT -> subject.add(part.getSubject());
                case OPTIONS, PART_NOT_SET -> throw Upload.ofNoSide(part.getPartCase());
            }
        });
    }
}
