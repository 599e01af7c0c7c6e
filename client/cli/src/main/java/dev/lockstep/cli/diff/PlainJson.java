package dev.lockstep.cli.diff;

import dev.lockstep.server.json.JsonValue;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Map;

/** Makes what {@link dev.lockstep.cli.text.JsonWriter} writes. */
final class PlainJson {
    private PlainJson() {}

    static @Nullable Object of(JsonValue value) {
        return switch (value) {
            case JsonValue.Null() -> null;
            case JsonValue.Bool(boolean bool) -> bool;
            case JsonValue.Int(var number) -> number;
            // JSON has no word for what is not finite.
            case JsonValue.Real(double real) ->
                    Double.isFinite(real) ? real : Double.toString(real);
            case JsonValue.Text(String text) -> text;
            case JsonValue.Array(var items) -> items.stream().map(PlainJson::of).toList();
            case JsonValue.Struct(var members) -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                members.forEach((name, member) -> map.put(name, of(member)));
                yield map;
            }
        };
    }

    /** Returns keys and values in their order. */
    static Map<String, @Nullable Object> object(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return map;
    }
}
