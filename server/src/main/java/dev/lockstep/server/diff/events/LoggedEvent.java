package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.json.PythonText;

/**
 * An event of a log.
 *
 * @param tid number of the guest thread in its engine
 * @param index its index within the thread
 * @param kind what sort of event
 * @param payload what of it is compared, renamed by the rules; empty if the event has none
 * @param whole all that its line says, with that payload
 */
public record LoggedEvent(
        long tid, long index, String kind, JsonValue.Struct payload, JsonValue.Struct whole) {
    static final String TID = "tid";
    static final String INDEX = "tid_event_idx";
    static final String KIND = "kind";
    static final String PAYLOAD = "payload";
    static final String NAME = "name";

    /** Returns the event with another payload. */
    LoggedEvent with(JsonValue.Struct newPayload) {
        return new LoggedEvent(tid, index, kind, newPayload, whole.with(PAYLOAD, newPayload));
    }

    /** Returns it on a line for people: index, kind and what tells it from others of its kind. */
    String line() {
        return "[%d] %s %s".formatted(index, PythonText.printable(kind), gist());
    }

    private String gist() {
        JsonValue name = payload.members().get(NAME);
        if (name instanceof JsonValue.Text text) {
            return PythonText.printable(text.value());
        }
        return PythonText.repr(payload);
    }
}
