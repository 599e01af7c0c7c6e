package dev.lockstep.server.diff.state;

import org.jspecify.annotations.Nullable;

/**
 * Where a value is in its document: {@code objects[handle=0x10].details.count}. A step costs no
 * more than its name, however deep it is; texts are made on demand.
 */
final class StatePath {
    static final StatePath ROOT = new StatePath(null, "", false);

    private final @Nullable StatePath parent;
    private final String step;
    private final boolean isElement;

    private StatePath(@Nullable StatePath parent, String step, boolean isElement) {
        this.parent = parent;
        this.step = step;
        this.isElement = isElement;
    }

    StatePath member(String name) {
        return new StatePath(this, name, false);
    }

    StatePath element(String which) {
        return new StatePath(this, which, true);
    }

    /** Returns the whole path. */
    String text() {
        return append(new StringBuilder(), true).toString();
    }

    /**
     * Returns the same with {@code []} for whatever element it is: {@code objects[].details.count}.
     */
    String pattern() {
        return append(new StringBuilder(), false).toString();
    }

    private StringBuilder append(StringBuilder text, boolean withElements) {
        if (parent == null) {
            return text;
        }
        parent.append(text, withElements);
        if (isElement) {
            return text.append('[').append(withElements ? step : "").append(']');
        }
        return (text.isEmpty() ? text : text.append('.')).append(step);
    }

    /** Returns the innermost field on the way. */
    String field() {
        return isElement && parent != null ? parent.field() : step;
    }
}
