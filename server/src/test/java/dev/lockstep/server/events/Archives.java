package dev.lockstep.server.events;

import com.github.luben.zstd.Zstd;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/** Packs texts, in the ways that logs come packed. */
enum Archives {
    GZIP,
    ZSTD;

    private static final int ZSTD_LEVEL = 3;

    /** Returns one archive that consists of one for each text. */
    byte[] packed(String... texts) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        for (String text : texts) {
            packed.writeBytes(packed(text.getBytes(StandardCharsets.UTF_8)));
        }
        return packed.toByteArray();
    }

    private byte[] packed(byte[] text) {
        return switch (this) {
            case GZIP -> gzip(text);
            case ZSTD -> Zstd.compress(text, ZSTD_LEVEL);
        };
    }

    private static byte[] gzip(byte[] text) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
