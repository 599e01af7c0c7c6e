package dev.lockstep.riscv.snapshot;

/** Content that a seed stands for. */
final class SeededBytes {
    private SeededBytes() {}

    static byte[] of(long seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) ((i * 167 + (i >> 8) * 59 + seed) ^ (i >> 4));
        }
        return bytes;
    }
}
