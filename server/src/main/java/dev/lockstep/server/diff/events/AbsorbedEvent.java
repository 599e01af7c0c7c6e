package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonText;
import dev.lockstep.server.json.JsonValue;

import java.util.LinkedHashMap;

/**
 * An event that an absorber let one side have for itself.
 *
 * @param rule name of the absorber
 * @param side whose event
 * @param referenceTid the reference's thread
 * @param subjectTid the subject's
 * @param matchedAt pairs of equal events before
 * @param event the event, renamed
 * @param repeats of a sequence how often it came; 0 of a single event
 * @param offset of the event among those absorbed together
 */
public record AbsorbedEvent(
        String rule,
        Side side,
        long referenceTid,
        long subjectTid,
        long matchedAt,
        LoggedEvent event,
        int repeats,
        int offset) {
    /**
     * Returns it as a line of JSON, keys sorted, without a line end.
     *
     * @param words what the sides are called
     */
    public String json(SideNames words) {
        var members = new LinkedHashMap<String, JsonValue>();
        members.put("absorber", JsonValue.of(rule));
        members.put(words.reference() + "_tid", JsonValue.of(referenceTid));
        members.put(words.subject() + "_tid", JsonValue.of(subjectTid));
        members.put("event", event.whole());
        members.put("matched_at", JsonValue.of(matchedAt));
        members.put("side", JsonValue.of(words.of(side)));
        if (repeats > 0) {
            members.put("pairs_consumed", JsonValue.of(repeats));
            members.put("window_offset", JsonValue.of(offset));
        }
        return JsonText.sorted(new JsonValue.Struct(members));
    }
}
