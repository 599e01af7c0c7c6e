package dev.lockstep.server.snapshot;

import com.github.luben.zstd.Zstd;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.Snapshot;

import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Writes a snapshot as {@link ExportLayout} has it. Not thread-safe. */
final class ExportWriter {
    private static final int LEVEL = 3;

    private final OutputStream out;
    private final MessageDigest sha256 = Hash.sha256();

    ExportWriter(OutputStream out) throws IOException {
        this.out = out;
        write(ExportLayout.fileHeader());
    }

    void manifest(Snapshot manifest) throws IOException {
        frame(ExportLayout.MANIFEST, 0, manifest.toByteArray());
    }

    void part(int engine, CapturePart part) throws IOException {
        frame(ExportLayout.PART, engine, part.toByteArray());
    }

    /** Writes the last frame. */
    void end() throws IOException {
        frame(ExportLayout.END, 0, sha256.digest());
        out.flush();
    }

    private void frame(int kind, int engine, byte[] content) throws IOException {
        byte[] stored = Zstd.compress(content, LEVEL);
        write(ExportLayout.frameHeader(kind, engine, content.length, stored));
        write(stored);
    }

    private void write(byte[] bytes) throws IOException {
        sha256.update(bytes);
        out.write(bytes);
    }
}
