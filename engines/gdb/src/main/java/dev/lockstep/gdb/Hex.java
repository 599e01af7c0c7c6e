package dev.lockstep.gdb;

import java.util.HexFormat;

/** Numbers and bytes as packets carry them; registers are little-endian, as the target is. */
final class Hex {
    static final int RADIX = 16;

    private static final int DIGIT_BITS = 4;

    private static final HexFormat FORMAT = HexFormat.of();
    private static final int SHOWN_CHARS = 40;

    private Hex() {}

    /** Returns the bytes that digits stand for. */
    static byte[] bytes(String digits) {
        return FORMAT.parseHex(digits);
    }

    static String digits(byte[] bytes, int from, int to) {
        return FORMAT.formatHex(bytes, from, to);
    }

    /** Returns the value of a register that is as wide as its digits, at most 8 bytes. */
    static long littleEndian(String digits) {
        long reversed = Long.reverseBytes(Long.parseUnsignedLong(digits, RADIX));
        int bits = DIGIT_BITS * digits.length();
        return reversed >>> (Long.SIZE - bits);
    }

    /** Returns the digits of a register's value. */
    static String littleEndian(long value, int bytes) {
        String digits = FORMAT.toHexDigits(Long.reverseBytes(value));
        return digits.substring(0, 2 * bytes);
    }

    /** Returns the beginning of an answer, for a message. */
    static String shortened(String answer) {
        return answer.length() <= SHOWN_CHARS ? answer : answer.substring(0, SHOWN_CHARS) + "...";
    }
}
