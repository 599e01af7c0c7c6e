package dev.lockstep.riscv.snapshot;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Data in arrays, by number. */
record ArrayData(Map<Integer, byte[]> byId) implements DataSource {
    @Override
    public Optional<Data> load(int id, long offset, long length) {
        return Optional.ofNullable(byId.get(id)).map(bytes -> part(bytes, offset, length));
    }

    byte[] bytes(int id) {
        return Optional.ofNullable(byId.get(id)).orElseThrow();
    }

    private static Data part(byte[] bytes, long offset, long length) {
        int start = (int) unsignedMin(offset, bytes.length);
        int rest = bytes.length - start;
        int count = length == 0 ? rest : (int) unsignedMin(length, rest);
        return new Data(Arrays.copyOfRange(bytes, start, start + count), rest);
    }

    private static long unsignedMin(long a, long b) {
        return Long.compareUnsigned(a, b) < 0 ? a : b;
    }
}
