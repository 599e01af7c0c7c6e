package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import java.math.BigInteger;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which threads are compared, as the user writes it: {@code 6=1,7=0x2}. */
final class TidMap {
    private static final Pattern NUMBER =
            Pattern.compile(
                    "([+-]?)(?:0[xX]_?([0-9a-fA-F_]+)|0[oO]_?([0-7_]+)|0[bB]_?([01_]+)|(0[0_]*|[1-9][0-9_]*))");

    private TidMap() {}

    /**
     * Returns the subject's numbers by the reference's. Of a number that is given twice the last
     * one counts; blanks and empty entries do not.
     *
     * @throws ConfigException if it is none
     */
    static SortedMap<Long, Long> parse(String text) {
        SortedMap<Long, Long> map = new TreeMap<>();
        for (String token : text.split(",", -1)) {
            if (!token.isBlank()) {
                add(token.strip(), map);
            }
        }
        return map;
    }

    private static void add(String token, SortedMap<Long, Long> map) {
        String[] sides = token.split("=", 2);
        if (sides.length < 2) {
            throw bad(token);
        }
        map.put(number(sides[0].strip(), token), number(sides[1].strip(), token));
    }

    /** Reads integers as Python's {@code int(text, 0)} does. */
    private static long number(String text, String token) {
        Matcher matcher = NUMBER.matcher(text);
        if (!matcher.matches() || text.contains("__") || text.endsWith("_")) {
            throw bad(token);
        }
        int[] bases = {16, 8, 2, 10};
        for (int i = 0; i < bases.length; i++) {
            String digits = matcher.group(2 + i);
            if (digits != null) {
                return exact(matcher.group(1) + digits.replace("_", ""), bases[i], token);
            }
        }
        throw bad(token);
    }

    private static long exact(String digits, int base, String token) {
        try {
            return new BigInteger(digits.toLowerCase(Locale.ROOT), base).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(token);
        }
    }

    private static ConfigException bad(String token) {
        return new ConfigException(
                "--tid-map: bad token '%s' (expected canary=ours, two integers of 64 bits: the reference's thread and the subject's)"
                        .formatted(token));
    }
}
