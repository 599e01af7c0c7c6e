package dev.lockstep.server.log;

import dev.lockstep.server.run.InputRecord;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Recorded inputs as the store has them: compressed, since texts are most of them. */
final class StoredInputs {
    private StoredInputs() {}

    static byte[] pack(InputRecord inputs) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(inputs.toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Memory does not fail.
        }
        return packed.toByteArray();
    }

    static InputRecord unpack(byte[] packed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return InputRecord.parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("recorded inputs in the log are damaged", e);
        }
    }
}
