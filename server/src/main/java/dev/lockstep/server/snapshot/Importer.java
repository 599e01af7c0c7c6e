package dev.lockstep.server.snapshot;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.ExportLayout.Frame;

import java.io.IOException;

/** Takes a snapshot from a file, as it would take it from engines. Not thread-safe. */
final class Importer {
    private final ExportReader in;

    Importer(ExportReader in) {
        this.in = in;
    }

    /** Returns what the file says of its snapshot; to be called first. */
    Snapshot manifest() throws IOException {
        Frame first = in.next();
        if (first.kind() != ExportLayout.MANIFEST) {
            throw ExportReader.wrong(
                    "its first frame is of kind %d (expected: a manifest)".formatted(first.kind()));
        }
        return parse(first, Snapshot.parser());
    }

    /** Gives all of the file to a take, which it does not commit. */
    void tell(Take take, Snapshot manifest) throws IOException {
        for (Frame frame = in.next(); frame.kind() != ExportLayout.END; frame = in.next()) {
            if (frame.kind() != ExportLayout.PART || frame.engine() >= manifest.getEnginesCount()) {
                throw ExportReader.wrong(
                        "it has a frame of kind %d, engine %d (expected: a part of one of %d)"
                                .formatted(
                                        frame.kind(), frame.engine(), manifest.getEnginesCount()));
            }
            tell(take, frame.engine(), parse(frame, CapturePart.parser()));
        }
        if (!comparable(take.manifest()).equals(comparable(manifest))) {
            throw ExportReader.wrong("its manifest is not that of its content");
        }
    }

    /** Pages that the store has already are not wanted. */
    private static void tell(Take take, int engine, CapturePart part) {
        if (!part.hasContents()) {
            take.accept(engine, part);
            return;
        }
        for (PageContent page : part.getContents().getPagesList()) {
            int bytes = page.getData().size();
            if (bytes != Protocol.PAGE_BYTES) {
                throw ExportReader.wrong(
                        "it has a page of %d bytes (expected: %d)"
                                .formatted(bytes, Protocol.PAGE_BYTES));
            }
            take.offer(engine, page.getData().toByteArray());
        }
    }

    /** Returns a manifest without what another store says otherwise. */
    private static Snapshot comparable(Snapshot manifest) {
        Snapshot.Builder comparable = manifest.toBuilder().clearId().clearRunId().clearEngines();
        for (EngineSnapshot engine : manifest.getEnginesList()) {
            comparable.addEngines(engine.toBuilder().clearNewPageCount());
        }
        return comparable.build();
    }

    private static <T extends Message> T parse(Frame frame, Parser<T> parser) {
        try {
            return parser.parseFrom(frame.content());
        } catch (InvalidProtocolBufferException e) {
            throw ExportReader.wrong("it holds what is no message: " + e.getMessage());
        }
    }
}
