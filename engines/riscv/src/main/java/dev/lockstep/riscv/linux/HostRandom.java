package dev.lockstep.riscv.linux;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Random bytes, straight from the kernel: java.security would cost a short run tens of
 * milliseconds.
 */
final class HostRandom {
    /** Most that one request returns. */
    static final long LIMIT_BYTES = 1 << 20;

    private HostRandom() {}

    static byte[] bytes(int count) {
        try (InputStream source = new FileInputStream("/dev/urandom")) {
            return source.readNBytes(count);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
