package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A class of ids that are no thread's own: which thread meets them first depends on scheduling. An
 * id is one if several threads of one log use it, or if it is what the recipe makes.
 *
 * @param name for absorbers
 * @param uses where ids stand in events
 * @param severalThreads whether use by several threads makes an id one
 * @param recipe the recipe, if there is one
 */
public record Identity(
        String name, List<Use> uses, boolean severalThreads, Optional<IdRecipe> recipe) {
    /**
     * Where ids stand.
     *
     * @param kind of the event
     * @param field of the payload: a text, or an array of which every text is an id
     * @param absent the id of an event without the field; null when it has none
     */
    public record Use(KindPattern kind, String field, @Nullable String absent) {
        Stream<String> ids(JsonValue.Struct payload) {
            return switch (payload.members().get(field)) {
                case null -> Stream.ofNullable(absent);
                case JsonValue.Text text -> Stream.of(text.value());
                case JsonValue.Array array -> array.items().stream().flatMap(Use::text);
                default -> Stream.empty();
            };
        }

        private static Stream<String> text(JsonValue value) {
            return value instanceof JsonValue.Text text ? Stream.of(text.value()) : Stream.empty();
        }
    }

    /** Copies, and checks that there can be such ids. */
    public Identity {
        uses = List.copyOf(uses);
        if (!severalThreads && recipe.isEmpty()) {
            throw new IllegalArgumentException(
                    "no id is one (expected: several_threads: true, or a recipe)");
        }
    }

    /** Returns the ids in an event. */
    Stream<String> ids(String kind, JsonValue.Struct payload) {
        return uses.stream()
                .filter(use -> use.kind().matches(kind))
                .flatMap(use -> use.ids(payload));
    }
}
