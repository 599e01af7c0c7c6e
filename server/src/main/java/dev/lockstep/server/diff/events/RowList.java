package dev.lockstep.server.diff.events;

/**
 * A list of rows of longs in a {@link Spool}. It lies there in chunks, each twice as long as the
 * one before, up to a bound, so that a million short lists do not fill the disk:
 *
 * <pre>
 * | address of the next chunk | row | row | ... |
 * </pre>
 */
final class RowList {
    private static final int FIRST_ROWS = 4;
    private static final int MAX_ROWS = 4096;
    private static final int HEADER = 1;

    private final Spool spool;
    private final int width;
    private long firstChunk;
    private long chunk;
    private int chunkRows;
    private int usedRows;
    private long size;

    RowList(Spool spool, int width) {
        this.spool = spool;
        this.width = width;
    }

    /** Returns the number of rows. */
    long size() {
        return size;
    }

    /** Appends a row, and returns the address of its first column, for {@link Spool#put}. */
    long add() {
        if (usedRows == chunkRows) {
            addChunk();
        }
        size++;
        return chunk + HEADER + (long) width * usedRows++;
    }

    private void addChunk() {
        int rows = size == 0 ? FIRST_ROWS : Math.min(2 * chunkRows, MAX_ROWS);
        long added = spool.allocate(HEADER + width * rows);
        if (size == 0) {
            firstChunk = added;
        } else {
            spool.put(chunk, added);
        }
        chunk = added;
        chunkRows = rows;
        usedRows = 0;
    }

    /** Returns a cursor at the first row. It sees rows that are added later. */
    Cursor cursor() {
        return new Cursor();
    }

    /** A place in the list. */
    final class Cursor {
        private long position;
        private long at;
        private int rows;
        private int row;

        private Cursor() {}

        /** Returns a cursor at the same place. */
        Cursor copy() {
            Cursor copy = new Cursor();
            copy.position = position;
            copy.at = at;
            copy.rows = rows;
            copy.row = row;
            return copy;
        }

        /** Returns how many rows are before it. */
        long position() {
            return position;
        }

        boolean isAtEnd() {
            return position == size;
        }

        /** Returns a column of the row it is at; not at the end. */
        long get(int column) {
            enterChunk();
            return spool.get(at + HEADER + (long) width * row + column);
        }

        void advance() {
            enterChunk();
            row++;
            position++;
        }

        /** Only now: at the end of a chunk the next one may not be there yet. */
        private void enterChunk() {
            if (row < rows) {
                return;
            }
            at = position == 0 ? firstChunk : spool.get(at);
            rows = position == 0 ? FIRST_ROWS : Math.min(2 * rows, MAX_ROWS);
            row = 0;
        }
    }
}
