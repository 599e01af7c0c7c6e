package dev.lockstep.server.control;

import dev.lockstep.proto.v1.DiffLogsRequest;
import dev.lockstep.proto.v1.UploadOptions;
import dev.lockstep.server.diff.events.DiffProgress;
import dev.lockstep.server.diff.events.DiffRequest;
import dev.lockstep.server.diff.events.EventDiff;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.events.LogText;

import java.io.IOException;
import java.nio.file.Path;

/** Two logs that a client sends. Belongs to the thread that answers the call. */
final class LogUpload {
    private final Upload<DiffLogsRequest> parts;
    private final Path directory;

    /**
     * @param directory for temporary files
     */
    LogUpload(Upload<DiffLogsRequest> parts, Path directory) {
        this.parts = parts;
        this.directory = directory;
    }

    /** Receives both logs and compares them. */
    EventDiffResult compare() throws IOException, InterruptedException {
        UploadOptions options =
                parts.options(DiffLogsRequest::hasOptions, DiffLogsRequest::getOptions);
        DiffRequest request = LogOptions.request(options.getOptions(), directory);
        String referenceName = Requests.sideName("reference", options.getReferenceName());
        String subjectName = Requests.sideName("subject", options.getSubjectName());
        try (SpooledLog reference = SpooledLog.in(directory);
                SpooledLog subject = SpooledLog.in(directory)) {
            receive(reference, subject);
            try (LogText left = reference.text(referenceName);
                    LogText right = subject.text(subjectName)) {
                return new EventDiff(request, new DiffProgress()).compare(left, right);
            }
        }
    }

    private void receive(SpooledLog reference, SpooledLog subject)
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
