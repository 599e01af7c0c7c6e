package dev.lockstep.riscv.memory;

import static dev.lockstep.protocol.Protocol.PAGE_HASH_BYTES;
import static dev.lockstep.protocol.Protocol.PAGE_ROW_BYTES;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Pages by address, ascending, each with the SHA-256 of its content; those of zeros have no row.
 *
 * <pre>
 * | address u64 | SHA-256, 32 bytes |      little-endian; as CapturePart.pages has them
 * </pre>
 *
 * <p>Never changes. Confined to one thread at a time.
 */
public final class PageRows {
    static final PageRows NONE = new PageRows(new byte[0]);

    private static final int HASH_OFFSET = Long.BYTES;
    private static final int FREE = -1;

    private final byte[] bytes;
    private final ByteBuffer rows;

    /** By hash: a table of rows, half of which is free; made when it is needed. */
    private int @Nullable [] byHash;

    private PageRows(byte[] bytes) {
        this.bytes = bytes;
        rows = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Takes rows in ascending order. */
    static final class Builder {
        private final ByteBuffer rows;

        /**
         * @param limit how many rows there are at most
         */
        Builder(int limit) {
            rows = ByteBuffer.allocate(limit * PAGE_ROW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        }

        void add(long address, byte[] hash) {
            rows.putLong(address).put(hash);
        }

        /** Adds a row of others. */
        void add(PageRows others, int index) {
            rows.put(others.bytes, index * PAGE_ROW_BYTES, PAGE_ROW_BYTES);
        }

        PageRows build() {
            return new PageRows(Arrays.copyOf(rows.array(), rows.position()));
        }
    }

    /** Returns how many rows there are. */
    public int count() {
        return bytes.length / PAGE_ROW_BYTES;
    }

    public long address(int index) {
        return rows.getLong(index * PAGE_ROW_BYTES);
    }

    /** Returns a copy of the 32 bytes of a hash. */
    public byte[] hash(int index) {
        int place = hashPlace(index);
        return Arrays.copyOfRange(bytes, place, place + PAGE_HASH_BYTES);
    }

    /** Returns a copy of the rows {@code [from, to)}, as they travel. */
    public byte[] bytes(int from, int to) {
        return Arrays.copyOfRange(bytes, from * PAGE_ROW_BYTES, to * PAGE_ROW_BYTES);
    }

    /** Returns the row of the page at an address; negative if it has none. */
    public int indexOf(long address) {
        int low = 0;
        int high = count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(address(middle), address);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        return -1;
    }

    /** Returns a row with this hash; negative if there is none. */
    public int indexOf(byte[] hash) {
        int[] table = byHash == null ? indexed() : byHash;
        int at = slot(hash, 0, table);
        while (table[at] != FREE && !hasHash(table[at], hash, 0)) {
            at = (at + 1) & (table.length - 1);
        }
        return table[at];
    }

    private int[] indexed() {
        int[] table = new int[Integer.highestOneBit(Math.max(1, count())) * 4];
        Arrays.fill(table, FREE);
        for (int row = 0; row < count(); row++) {
            int place = hashPlace(row);
            int at = slot(bytes, place, table);
            while (table[at] != FREE && !hasHash(table[at], bytes, place)) {
                at = (at + 1) & (table.length - 1);
            }
            table[at] = row;
        }
        byHash = table;
        return table;
    }

    private boolean hasHash(int row, byte[] hash, int offset) {
        int place = hashPlace(row);
        return Arrays.equals(
                bytes, place, place + PAGE_HASH_BYTES, hash, offset, offset + PAGE_HASH_BYTES);
    }

    // A good hash is as good in any of its parts.
    private static int slot(byte[] hash, int offset, int[] table) {
        return ByteBuffer.wrap(hash).getInt(offset) & (table.length - 1);
    }

    private static int hashPlace(int index) {
        return index * PAGE_ROW_BYTES + HASH_OFFSET;
    }
}
