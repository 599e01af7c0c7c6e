package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonText;

/**
 * What is kept of an event to be shown. However long the event is, this is not.
 *
 * @param tid number of the guest thread in its engine
 * @param index its index within the thread
 * @param kind what sort of event
 * @param line the event on a line for people: index, kind and what tells it from others of its
 *     kind; up to 2,000 characters, then cut
 * @param json all that its line says, renamed by the rules: JSON, keys sorted, ASCII alone; the
 *     first 16,384 characters of it
 * @param jsonCharacters how many there are in all
 */
public record ShownEvent(
        long tid, long index, String kind, String line, String json, int jsonCharacters) {
    private static final int MAX_LINE_CHARACTERS = 2000;
    private static final int MAX_JSON_CHARACTERS = 16 << 10;

    static ShownEvent of(LoggedEvent event) {
        String json = JsonText.sorted(event.whole());
        return new ShownEvent(
                event.tid(),
                event.index(),
                event.kind(),
                CutText.of(event.line(), MAX_LINE_CHARACTERS),
                json.length() <= MAX_JSON_CHARACTERS
                        ? json
                        : json.substring(0, MAX_JSON_CHARACTERS),
                json.length());
    }

    /** Returns whether {@link #json} lacks its end, and is no object. */
    public boolean isCut() {
        return json.length() < jsonCharacters;
    }

    /** Returns how many characters are kept. */
    int weight() {
        return kind.length() + line.length() + json.length();
    }
}
