package dev.lockstep.isa.elf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How people write the size of a guest's memory. */
public final class MemorySize {
    /** Room for program, heap and stack of a small program. */
    private static final long LEAST = 64L << 20;

    private static final long MOST = 1L << 32;
    private static final long PAGE_BYTES = 4096;
    private static final Pattern DECIMAL = Pattern.compile("(\\d{1,10})([KMG]?)");
    private static final Pattern HEXADECIMAL = Pattern.compile("0x([0-9a-fA-F]{1,9})");
    private static final String UNITS = "KMG";

    private MemorySize() {}

    /**
     * Returns the bytes that a text such as {@code 3G}, {@code 512M} or {@code 0x7ffff000} means.
     *
     * @throws IllegalArgumentException if it is no size that a guest of Linux can have
     */
    public static long parse(String text) {
        long bytes = bytes(text);
        if (bytes < LEAST || bytes > MOST || bytes % PAGE_BYTES != 0) {
            throw new IllegalArgumentException(
                    "'%s' is no size of a memory (expected: 64M to 4G, in pages of 4K)"
                            .formatted(text));
        }
        return bytes;
    }

    private static long bytes(String text) {
        Matcher hexadecimal = HEXADECIMAL.matcher(text);
        if (hexadecimal.matches()) {
            return Long.parseLong(hexadecimal.group(1), 16);
        }
        Matcher decimal = DECIMAL.matcher(text);
        if (!decimal.matches()) {
            return 0;
        }
        int unit = decimal.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(decimal.group(2));
        return Long.parseLong(decimal.group(1)) << (10 * unit);
    }
}
