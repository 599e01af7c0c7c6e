package dev.lockstep.server.diff.events;

/** Texts that are kept no longer than there is use for them. */
final class CutText {
    private CutText() {}

    /** Returns a text, or its beginning and how long it was. */
    static String of(String text, int mostCharacters) {
        return text.length() <= mostCharacters
                ? text
                : "%s... (%d characters)"
                        .formatted(text.substring(0, mostCharacters), text.length());
    }
}
