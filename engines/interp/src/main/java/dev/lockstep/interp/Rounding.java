package dev.lockstep.interp;

/** The rounding modes in the order of their encodings (unprivileged manual, "frm"). */
enum Rounding {
    NEAREST_EVEN,
    TO_ZERO,
    DOWN,
    UP,
    NEAREST_AWAY;

    private static final long HALF = Long.MIN_VALUE;
    private static final Rounding[] MODES = values();

    static boolean isReserved(int encoding) {
        return encoding >= MODES.length;
    }

    static Rounding of(int encoding) {
        return MODES[encoding];
    }

    /**
     * Returns {@code magnitude} without its lowest bits, rounded.
     *
     * @param spare how many bits go, 1 to 63
     */
    long shorten(boolean negative, long magnitude, int spare) {
        return round(negative, magnitude >>> spare, magnitude << (Long.SIZE - spare));
    }

    /**
     * Returns {@code whole} or one more.
     *
     * @param fraction what lies below the last place of {@code whole}, in units of 2^-64, unsigned
     */
    long round(boolean negative, long whole, long fraction) {
        boolean up =
                switch (this) {
                    case NEAREST_EVEN -> fraction < 0 && (fraction != HALF || (whole & 1) != 0);
                    case TO_ZERO -> false;
                    case DOWN -> negative && fraction != 0;
                    case UP -> !negative && fraction != 0;
                    case NEAREST_AWAY -> fraction < 0;
                };
        return up ? whole + 1 : whole;
    }
}
