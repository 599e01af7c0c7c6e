package dev.lockstep.server.json;

import java.util.Arrays;

/** A list of numbers in pieces, so that growing takes no copy of a long one. For one writer. */
// Hot path: what a tape is made of.
final class IntPieces {
    private static final int PIECE_BITS = 16;
    private static final int PIECE_SIZE = 1 << PIECE_BITS;
    private static final int PIECE_MASK = PIECE_SIZE - 1;

    private final TapeRoom room;
    private int[][] pieces = new int[1][];
    private int size;

    IntPieces(TapeRoom room) {
        this.room = room;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return pieces[index >>> PIECE_BITS][index & PIECE_MASK];
    }

    void set(int index, int value) {
        pieces[index >>> PIECE_BITS][index & PIECE_MASK] = value;
    }

    /**
     * Adds a number and returns its index.
     *
     * @throws TapeRoom.ExceededException if there is no room for one more piece
     */
    int add(int value) {
        if ((size & PIECE_MASK) == 0) {
            addPiece(size >>> PIECE_BITS);
        }
        set(size, value);
        return size++;
    }

    private void addPiece(int piece) {
        room.take(PIECE_SIZE);
        if (piece == pieces.length) {
            pieces = Arrays.copyOf(pieces, 2 * piece);
        }
        pieces[piece] = new int[PIECE_SIZE];
    }

    /** Gives back what the last piece does not need; nothing is added after that. */
    void trim() {
        int used = size & PIECE_MASK;
        if (used > 0) {
            int last = size >>> PIECE_BITS;
            pieces[last] = Arrays.copyOf(pieces[last], used);
            room.give(PIECE_SIZE - used);
        }
    }
}
