package dev.lockstep.server.snapshot;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.server.snapshot.ExportLayout.Frame;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * Reads a file as {@link ExportLayout} has it, one frame at a time; every method throws a {@link
 * SnapshotException} where the file is not as it was written. Not thread-safe.
 */
final class ExportReader {
    private final InputStream in;
    private final MessageDigest sha256 = Hash.sha256();
    private long position;

    ExportReader(InputStream in) throws IOException {
        this.in = in;
        ByteBuffer header = littleEndian(read(ExportLayout.FILE_HEADER_BYTES));
        int magic = header.getInt();
        int version = header.getInt();
        if (magic != ExportLayout.MAGIC) {
            throw wrong("it begins with 0x%x (expected: an exported snapshot)".formatted(magic));
        }
        if (version != ExportLayout.VERSION) {
            throw wrong(
                    "version %d (expected: %d; use the lockstep that wrote it)"
                            .formatted(version, ExportLayout.VERSION));
        }
        sha256.update(header.rewind());
    }

    /** Returns the next frame; the one that ends the file is checked, and nothing follows it. */
    Frame next() throws IOException {
        ByteBuffer header = littleEndian(read(ExportLayout.HEADER_BYTES));
        int rawBytes = ExportLayout.rawBytes(header);
        int storedBytes = ExportLayout.storedBytes(header);
        if (rawBytes < 0
                || rawBytes > ExportLayout.MAX_RAW_BYTES
                || storedBytes < 0
                || storedBytes > Zstd.compressBound(rawBytes)) {
            throw wrong("it is damaged before byte " + position);
        }
        byte[] stored = read(storedBytes);
        if (!ExportLayout.isIntact(header, stored)) {
            throw wrong("it is damaged before byte " + position);
        }
        Frame frame =
                new Frame(
                        ExportLayout.kind(header),
                        ExportLayout.engine(header),
                        unpack(stored, rawBytes));
        if (frame.kind() == ExportLayout.END) {
            checkEnd(frame.content());
        }
        sha256.update(header.rewind());
        sha256.update(stored);
        return frame;
    }

    private void checkEnd(ByteString content) throws IOException {
        if (!content.equals(ByteString.copyFrom(sha256.digest()))) {
            throw wrong("its SHA-256 is not that of what it holds (expected: the one at its end)");
        }
        if (in.read() >= 0) {
            throw wrong("it goes on after byte %d (expected: its end)".formatted(position));
        }
    }

    private ByteString unpack(byte[] stored, int rawBytes) {
        try {
            byte[] content = Zstd.decompress(stored, rawBytes);
            if (content.length == rawBytes) {
                return UnsafeByteOperations.unsafeWrap(content);
            }
        } catch (ZstdException e) {
            // Told below.
        }
        throw wrong("it is damaged before byte " + position);
    }

    private byte[] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        position += bytes.length;
        if (bytes.length < length) {
            throw wrong("it is cut at byte " + position);
        }
        return bytes;
    }

    static SnapshotException wrong(String what) {
        return SnapshotException.refused("the file of the snapshot cannot be imported: " + what);
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
