package dev.lockstep.server.diff.state;

import java.util.List;

/**
 * A pattern of paths: {@code *} stands for any characters, also none; all others for themselves.
 *
 * @param pieces what is between the stars
 */
record PathPattern(List<String> pieces) {
    static PathPattern parse(String text) {
        return new PathPattern(List.of(text.split("\\*", -1)));
    }

    /** Whether a path fits; takes no longer than going once through it for each piece. */
    boolean matches(String path) {
        String first = pieces.getFirst();
        if (pieces.size() == 1) {
            return path.equals(first);
        }
        String last = pieces.getLast();
        int end = path.length() - last.length();
        if (!path.startsWith(first) || end < first.length() || !path.endsWith(last)) {
            return false;
        }
        int at = first.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = path.indexOf(piece, at);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }

    @Override
    public String toString() {
        return String.join("*", pieces);
    }
}
