package dev.lockstep.server.diff.events;

import java.util.regex.Pattern;

/**
 * Which kinds of events are meant: one by its name, or several with {@code *} for any characters.
 *
 * @param text as it was written, 1 to 128 characters
 */
public record KindPattern(String text) {
    private static final int MAX_CHARACTERS = 128;

    /** Checks the length. */
    public KindPattern {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a kind of %d characters (expected: 1 to %d)"
                            .formatted(text.length(), MAX_CHARACTERS));
        }
    }

    /** Returns whether this kind is meant. */
    public boolean matches(String kind) {
        return isOne() ? kind.equals(text) : expression().matcher(kind).matches();
    }

    /** Returns whether it names a single kind. */
    boolean isOne() {
        return text.indexOf('*') < 0;
    }

    /** Returns whether it means whatever the other one means, and maybe more. */
    boolean covers(KindPattern other) {
        return equals(other) || matches(other.text);
    }

    private Pattern expression() {
        return Pattern.compile(Pattern.quote(text).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
    }
}
