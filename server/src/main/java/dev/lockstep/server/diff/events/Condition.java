package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which events of a kind are meant: those whose fields have one of some texts each.
 *
 * @param texts the texts by field; none for every event
 */
public record Condition(Map<String, Set<String>> texts) {
    /** Holds for every event. */
    public static final Condition NONE = new Condition(Map.of());

    /** Copies. */
    public Condition {
        texts = Map.copyOf(texts);
    }

    /** Returns whether a payload is meant. */
    boolean holds(JsonValue.Struct payload) {
        return texts.entrySet().stream()
                .allMatch(it ->
                        payload.members().get(it.getKey()) instanceof JsonValue.Text text
                                && it.getValue().contains(text.value()));
    }

    /** Returns whether it holds wherever another one does. */
    boolean covers(Condition other) {
        return texts.entrySet().stream()
                .allMatch(it -> {
                    Set<String> others = other.texts.get(it.getKey());
                    return others != null && it.getValue().containsAll(others);
                });
    }

    /** Returns the fields it asks for, in order of their names. */
    List<String> fields() {
        return texts.keySet().stream().sorted().toList();
    }
}
