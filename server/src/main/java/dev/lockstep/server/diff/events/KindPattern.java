package dev.lockstep.server.diff.events;

/**
 * Which kinds of events are meant: one by its name, or several with {@code *} for any characters.
 *
 * @param text as it was written, 1 to 128 characters
 */
public record KindPattern(String text) {
    private static final int MAX_CHARACTERS = 128;
    private static final char ANY = '*';

    /** Checks the length. */
    public KindPattern {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a kind of %d characters (expected: 1 to %d)"
                            .formatted(text.length(), MAX_CHARACTERS));
        }
    }

    /** Returns whether this kind is meant. Takes no longer than both texts multiplied. */
    public boolean matches(String kind) {
        int star = -1; // The last one that was passed,
        int resumed = 0; // and up to where it stands for characters.
        int at = 0;
        int i = 0;
        while (i < kind.length()) {
            if (at < text.length() && text.charAt(at) == ANY) {
                star = at++;
                resumed = i;
            } else if (at < text.length() && text.charAt(at) == kind.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++resumed;
            } else {
                return false;
            }
        }
        while (at < text.length() && text.charAt(at) == ANY) {
            at++;
        }
        return at == text.length();
    }

    /**
     * Returns whether it means whatever the other one means, and maybe more. The other's {@code *}
     * is a character like others here: what stands for it stands for any.
     */
    boolean covers(KindPattern other) {
        return matches(other.text);
    }
}
