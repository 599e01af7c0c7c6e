package dev.lockstep.server.snapshot;

import static dev.lockstep.server.snapshot.StateRules.expect;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Source;
import dev.lockstep.protocol.Protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks that the pages of a source are those of the file with its SHA-256. What is true of a root
 * stays true, so a file is read once, however many snapshots it is a source of. Thread-safe.
 */
final class SourceFacts {
    /** What is remembered; at more, all is forgotten and found out again. */
    private static final int CAPACITY = 1024;

    private final Set<Fact> known = ConcurrentHashMap.newKeySet();

    private record Fact(ByteString sha256, long lengthBytes, Hash root) {}

    /**
     * Checks a source.
     *
     * @throws SnapshotException if it is not the file
     */
    void check(Source source, Tree tree) {
        Fact fact = new Fact(source.getSha256(), source.getLengthBytes(), tree.root());
        if (known.contains(fact)) {
            return;
        }
        byte[] sha256 = sha256(source, tree);
        expect(
                source.getSha256().equals(ByteString.copyFrom(sha256)),
                "source %s: its pages have SHA-256 %s (expected: %s)",
                source.getName(),
                HexFormat.of().formatHex(sha256),
                HexFormat.of().formatHex(source.getSha256().toByteArray()));
        if (known.size() >= CAPACITY) {
            known.clear();
        }
        known.add(fact);
    }

    private static byte[] sha256(Source source, Tree tree) {
        MessageDigest sha256 = Hash.sha256();
        try (InputStream pages =
                new SourceInput(tree, StateRules.pageCount(source) * Protocol.PAGE_BYTES)) {
            long left = source.getLengthBytes();
            byte[] page = pages.readNBytes(Protocol.PAGE_BYTES);
            while (page.length > 0) {
                int length = (int) Math.min(left, page.length);
                sha256.update(page, 0, length);
                left -= length;
                checkZeros(source, page, length);
                page = pages.readNBytes(Protocol.PAGE_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // The store has exceptions of its own.
        }
        return sha256.digest();
    }

    /** One file has one tree. */
    private static void checkZeros(Source source, byte[] page, int end) {
        for (int i = end; i < page.length; i++) {
            expect(
                    page[i] == 0,
                    "source %s: 0x%x behind its %d bytes (expected: zeros up to a whole page)",
                    source.getName(),
                    page[i],
                    source.getLengthBytes());
        }
    }
}
