package dev.lockstep.cli;

import dev.lockstep.server.diff.events.SideNames;
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

    private final SideNames names;
    private final boolean eachOnce;
    private final SortedMap<Long, Long> threads = new TreeMap<>();

    private TidMap(SideNames names, boolean eachOnce) {
        this.names = names;
        this.eachOnce = eachOnce;
    }

    /**
     * Returns the subject's numbers by the reference's. Blanks and empty entries do not count.
     *
     * @throws ConfigException if it is none, or a thread is there twice
     */
    static SortedMap<Long, Long> parse(String text) {
        TidMap map = new TidMap(SideNames.ROLES, true);
        map.addAll(text);
        return map.threads;
    }

    /**
     * The same as diff_events.py of xenia-rs takes it: of a thread that is there twice the last
     * entry counts.
     */
    static SortedMap<Long, Long> parseAsXenia(String text) {
        TidMap map = new TidMap(XeniaOptions.NAMES, false);
        map.addAll(text);
        return map.threads;
    }

    private void addAll(String text) {
        for (String token : text.split(",", -1)) {
            if (!token.isBlank()) {
                add(token.strip());
            }
        }
    }

    private void add(String token) {
        String[] sides = token.split("=", 2);
        if (sides.length < 2) {
            throw bad(token);
        }
        long reference = number(sides[0].strip(), token);
        long subject = number(sides[1].strip(), token);
        if (eachOnce) {
            check(!threads.containsKey(reference), reference, names.reference(), token);
            check(!threads.containsValue(subject), subject, names.subject(), token);
        }
        threads.put(reference, subject);
    }

    private static void check(boolean isNew, long tid, String side, String token) {
        if (!isNew) {
            throw new ConfigException(
                    "--tid-map: '%s': thread %d of the %s is there twice (expected: each thread once)"
                            .formatted(token, tid, side));
        }
    }

    /** Reads integers as Python's {@code int(text, 0)} does. */
    private long number(String text, String token) {
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

    private long exact(String digits, int base, String token) {
        try {
            return new BigInteger(digits.toLowerCase(Locale.ROOT), base).longValueExact();
        } catch (ArithmeticException | NumberFormatException e) {
            throw bad(token);
        }
    }

    private ConfigException bad(String token) {
        return new ConfigException(
                "--tid-map: bad token '%s' (expected %s=%s, the numbers of a thread on each side, of 64 bits)"
                        .formatted(token, names.reference(), names.subject()));
    }
}
