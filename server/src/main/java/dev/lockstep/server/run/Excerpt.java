package dev.lockstep.server.run;

/** The beginning of a text that somebody else chose the length of. */
final class Excerpt {
    private static final int TEXT_CHARACTERS = 1024;

    /** More than the longest name there may be, so that every good one is shown whole. */
    private static final int NAME_CHARACTERS = 80;

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
        return text.length() <= characters ? text : text.substring(0, characters) + "...";
    }
}
