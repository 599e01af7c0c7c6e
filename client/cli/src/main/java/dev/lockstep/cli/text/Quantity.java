package dev.lockstep.cli.text;

import java.util.Locale;

/** Writes amounts for people. */
public final class Quantity {
    private static final String[] UNITS = {"", " k", " M", " G", " T", " P", " E"};

    private Quantity() {}

    /** Returns all digits: {@code 12,345,678}. */
    public static String exact(long amount) {
        return String.format(Locale.ROOT, "%,d", amount);
    }

    /** Returns all digits with what they count: {@code 1 byte}, {@code 2,000 bytes}. */
    public static String count(long amount, String what) {
        return exact(amount) + " " + what + (amount == 1 ? "" : "s");
    }

    /** Returns all digits with what they count, and what that does: {@code 1 byte is}. */
    public static String count(long amount, String what, String doesOne, String doMany) {
        return count(amount, what) + " " + (amount == 1 ? doesOne : doMany);
    }

    /** Returns three digits: {@code 12.3 M}. */
    public static String rough(double amount) {
        double rest = amount;
        int unit = 0;
        while (Math.abs(rest) >= 999.5 && unit < UNITS.length - 1) {
            rest /= 1000;
            unit++;
        }
        int decimals = unit == 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", rest, UNITS[unit]);
    }

    /** Returns a time: {@code 340 ms}, {@code 12.3 s}, {@code 4 min 05 s}. */
    public static String time(long millis) {
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = millis / 1000;
        return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
}
