package dev.lockstep.server.run;

import java.util.regex.Pattern;

/** The beginning of a text that somebody else wrote, on one line and without control characters. */
final class Excerpt {
    private static final int TEXT_CHARACTERS = 1024;

    /** More than the longest name there may be, so that every good one is shown whole. */
    private static final int NAME_CHARACTERS = 80;

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

    private Excerpt() {}

    /** Returns as much as a message or a note shows. */
    static String ofText(String text) {
        return of(text, TEXT_CHARACTERS);
    }

    /** Returns as much as a message shows of one name in it. */
    static String ofName(String name) {
        return of(name, NAME_CHARACTERS);
    }

    /** Returns the beginning of {@code text}, so many characters at most. */
    static String of(String text, int characters) {
        boolean isWhole = text.length() <= characters;
        String beginning = isWhole ? text : text.substring(0, characters);
        return CONTROL.matcher(beginning).replaceAll(" ") + (isWhole ? "" : "...");
    }
}
