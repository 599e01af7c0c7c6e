package dev.lockstep.riscv.snapshot;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a JSON document of our own, of which it is known what is where. */
final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    /** A map, a list, a string, a whole number, or nothing. */
    private final Optional<Object> value;

    private Json(Optional<Object> value) {
        this.value = value;
    }

    static Json parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            return read(parser);
        }
    }

    private static Json read(JsonParser parser) {
        return new Json(
                switch (parser.currentToken()) {
                    case START_OBJECT -> Optional.of(members(parser));
                    case START_ARRAY -> Optional.of(items(parser));
                    case VALUE_STRING -> Optional.of(parser.getString());
                    case VALUE_NUMBER_INT -> Optional.of(parser.getBigIntegerValue());
                    case VALUE_NULL -> Optional.empty();
                    default -> throw new IllegalArgumentException("" + parser.currentToken());
                });
    }

    private static Map<String, Json> members(JsonParser parser) {
        Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, read(parser));
        }
        return members;
    }

    private static List<Json> items(JsonParser parser) {
        List<Json> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(read(parser));
        }
        return items;
    }

    @SuppressWarnings("unchecked")
    Map<String, Json> members() {
        return (Map<String, Json>) value.orElseThrow();
    }

    @SuppressWarnings("unchecked")
    List<Json> items() {
        return (List<Json>) value.orElseThrow();
    }

    boolean has(String name) {
        return members().containsKey(name);
    }

    Json get(String name) {
        return Optional.ofNullable(members().get(name)).orElseThrow();
    }

    Json get(int index) {
        return items().get(index);
    }

    boolean isNull() {
        return value.isEmpty();
    }

    String text() {
        return (String) value.orElseThrow();
    }

    /** Returns 64 bits, unsigned. */
    long number() {
        return ((BigInteger) value.orElseThrow()).longValue();
    }
}
