package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.protocol.Protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;

/** A SHA-256, by which a piece of the store is known. */
record Hash(long a, long b, long c, long d) {
    static final int BYTES = Protocol.PAGE_HASH_BYTES;

    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Of a page of zeros, which is never kept. */
    static final Hash OF_ZEROS = of(new byte[Protocol.PAGE_BYTES]);

    /** As the database orders hashes. */
    static final Comparator<Hash> ORDER = Hash::compare;

    static Hash of(byte[] content) {
        return read(sha256().digest(content), 0);
    }

    static Hash read(byte[] bytes, int offset) {
        return new Hash(
                (long) LONGS.get(bytes, offset),
                (long) LONGS.get(bytes, offset + Long.BYTES),
                (long) LONGS.get(bytes, offset + 2 * Long.BYTES),
                (long) LONGS.get(bytes, offset + 3 * Long.BYTES));
    }

    /** No two contents agree in half of their hashes. */
    private static int compare(Hash left, Hash right) {
        int first = Long.compareUnsigned(left.a, right.a);
        return first != 0 ? first : Long.compareUnsigned(left.b, right.b);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java has it.
        }
    }

    void write(byte[] to, int offset) {
        LONGS.set(to, offset, a);
        LONGS.set(to, offset + Long.BYTES, b);
        LONGS.set(to, offset + 2 * Long.BYTES, c);
        LONGS.set(to, offset + 3 * Long.BYTES, d);
    }

    byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        write(bytes, 0);
        return bytes;
    }

    ByteString message() {
        return UnsafeByteOperations.unsafeWrap(bytes());
    }

    /** The bits of a hash are as good as any other mix of them. */
    @Override
    public int hashCode() {
        return (int) a;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
