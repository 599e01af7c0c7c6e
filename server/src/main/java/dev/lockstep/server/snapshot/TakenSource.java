package dev.lockstep.server.snapshot;

import static dev.lockstep.server.snapshot.StateRules.expect;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Source;

/** A file that pages came from, as an engine tells it page by page. Not thread-safe. */
final class TakenSource {
    private final Source source;
    private final TreeBuilder tree;
    private long count;

    TakenSource(Source source, TreeBuilder tree) {
        this.source = source;
        this.tree = tree;
    }

    /** Takes the hashes of its next pages. */
    void add(ByteString hashes) {
        byte[] bytes = hashes.toByteArray();
        expect(
                bytes.length % Hash.BYTES == 0
                        && count + bytes.length / Hash.BYTES <= StateRules.pageCount(source),
                "source %s: %d bytes of hashes after %d hashes (expected: %d hashes of %d bytes)",
                source.getName(),
                bytes.length,
                count,
                StateRules.pageCount(source),
                Hash.BYTES);
        for (int offset = 0; offset < bytes.length; offset += Hash.BYTES) {
            Hash hash = Hash.read(bytes, offset);
            if (!hash.equals(Hash.OF_ZEROS)) {
                tree.add(count, hash);
            }
            count++;
        }
    }

    /** Returns the root of its tree; all its pages have to be known. */
    Hash finish() {
        expect(
                count == StateRules.pageCount(source),
                "source %s: %d pages (expected: %d, for its %d bytes)",
                source.getName(),
                count,
                StateRules.pageCount(source),
                source.getLengthBytes());
        return tree.finish();
    }
}
