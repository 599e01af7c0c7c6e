package dev.lockstep.server.json;

import java.util.Arrays;

/** A list of numbers in pieces, so that growing takes no copy of a long one. For one writer. */
// Hot path: what a tape is made of.
final class IntPieces {
    private static final int PIECE_BITS = 16;
    private static final int PIECE_MASK = (1 << PIECE_BITS) - 1;

    private int[][] pieces = new int[1][];
    private int size;

    int size() {
        return size;
    }

    int get(int index) {
        return pieces[index >>> PIECE_BITS][index & PIECE_MASK];
    }

    void set(int index, int value) {
        pieces[index >>> PIECE_BITS][index & PIECE_MASK] = value;
    }

    /** Adds a number and returns its index. */
    int add(int value) {
        int piece = size >>> PIECE_BITS;
        if ((size & PIECE_MASK) == 0) {
            if (piece == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * piece);
            }
            pieces[piece] = new int[1 << PIECE_BITS];
        }
        set(size, value);
        return size++;
    }
}
