package dev.lockstep.riscv.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The pieces of guest memory that a call reads or writes, checked as qemu-user checks them: before
 * anything else.
 *
 * @param error what is wrong with them, or 0
 */
record Vectors(long error, List<Vector> pieces) {
    private static final int VECTOR_BYTES = 16;
    private static final int COUNT_LIMIT = 1024;

    /** What one call moves at most, as on Linux. */
    private static final long TOTAL_LIMIT_BYTES = 0x7ffff000;

    /** A piece of guest memory, as in struct iovec. */
    record Vector(long address, long length) {}

    private static Vectors wrong(long error) {
        return new Vectors(error, List.of());
    }

    long length() {
        return pieces.stream().mapToLong(Vector::length).sum();
    }

    /** Returns the buffer whose address and length are arguments 1 and 2. */
    static Vectors buffer(Call call, Predicate<Vector> accessible) {
        Vector whole = new Vector(call.argument(1), call.argument(2));
        boolean nothing = whole.address() == 0 && whole.length() == 0;
        return nothing || accessible.test(whole)
                ? new Vectors(0, List.of(whole))
                : wrong(Errno.EFAULT);
    }

    /**
     * Returns the vectors whose address and count are arguments 1 and 2, up to the first that is
     * not accessible.
     */
    static Vectors listed(Call call, Predicate<Vector> accessible) {
        long count = call.argument(2);
        if (count < 0 || count > COUNT_LIMIT) {
            return wrong(Errno.EINVAL);
        }
        if (!call.isReadable(call.argument(1), count * VECTOR_BYTES)) {
            return wrong(Errno.EFAULT);
        }
        byte[] bytes = call.bytes(call.argument(1), count * VECTOR_BYTES);
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        List<Vector> all = new ArrayList<>();
        while (words.hasRemaining()) {
            all.add(new Vector(words.getLong(), words.getLong()));
        }
        return checked(all, accessible);
    }

    private static Vectors checked(List<Vector> all, Predicate<Vector> accessible) {
        if (all.stream().anyMatch(vector -> vector.length() < 0)) {
            return wrong(Errno.EINVAL);
        }
        List<Vector> pieces = new ArrayList<>();
        long left = TOTAL_LIMIT_BYTES;
        for (Vector vector : all) {
            if (vector.length() != 0 && !accessible.test(vector)) {
                return pieces.isEmpty() ? wrong(Errno.EFAULT) : new Vectors(0, pieces);
            }
            long length = Math.min(left, vector.length());
            pieces.add(new Vector(vector.address(), length));
            left -= length;
        }
        return new Vectors(0, pieces);
    }
}
