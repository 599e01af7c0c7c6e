package dev.lockstep.server.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/** Values by chance, the same ones written otherwise, and ones with a difference. */
final class RandomValues {
    private static final String[] PARTS = {
        "a", "B", "0", "name", "\"", "\\", "/", "\n", "\u007f", "é", "中", "😀", "\ud83d", "\ude00"
    };

    private final Random chance;

    RandomValues(long seed) {
        chance = new Random(seed);
    }

    /** Returns a value without NaN. */
    JsonValue value(int depth) {
        return switch (chance.nextInt(depth == 0 ? 6 : 9)) {
            case 0 -> JsonValue.Null.VALUE;
            case 1 -> new JsonValue.Bool(chance.nextBoolean());
            case 2 -> new JsonValue.Int(integer());
            case 3 -> new JsonValue.Real(real());
            case 4, 5 -> new JsonValue.Text(text());
            case 6 -> array(depth - 1);
            default -> struct(depth - 1);
        };
    }

    private BigInteger integer() {
        BigInteger magnitude = new BigInteger(chance.nextInt(100), chance);
        return chance.nextBoolean() ? magnitude : magnitude.negate();
    }

    private double real() {
        double bits = Double.longBitsToDouble(chance.nextLong());
        return switch (chance.nextInt(4)) {
            case 0 -> Double.isNaN(bits) ? 0.0 : bits;
            case 1 -> chance.nextInt(-100, 100);
            case 2 -> chance.nextInt(100) * 1e17;
            default -> chance.nextInt(-1000, 1000) / 16.0;
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int i = chance.nextInt(6); i > 0; i--) {
            text.append(PARTS[chance.nextInt(PARTS.length)]);
        }
        return text.toString();
    }

    private JsonValue array(int depth) {
        List<JsonValue> items = new ArrayList<>();
        for (int i = chance.nextInt(5); i > 0; i--) {
            items.add(value(depth));
        }
        return new JsonValue.Array(items);
    }

    private JsonValue struct(int depth) {
        SequencedMap<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = chance.nextInt(5); i > 0; i--) {
            members.put(text(), value(depth));
        }
        return new JsonValue.Struct(members);
    }

    /** Returns the same with other spellings of numbers and other orders of members. */
    JsonValue rewritten(JsonValue value) {
        return switch (value) {
            case JsonValue.Null(), JsonValue.Text(_) -> value;
            case JsonValue.Bool(boolean bool) -> number(bool ? BigDecimal.ONE : BigDecimal.ZERO);
            case JsonValue.Int(BigInteger integer) -> number(new BigDecimal(integer));
            case JsonValue.Real(double real) ->
                    Double.isFinite(real) ? number(new BigDecimal(real)) : value;
            case JsonValue.Array(var items) ->
                    new JsonValue.Array(items.stream().map(this::rewritten).toList());
            case JsonValue.Struct(var members) -> shuffled(members);
        };
    }

    private JsonValue number(BigDecimal number) {
        List<JsonValue> spellings = new ArrayList<>();
        if (new BigDecimal(number.doubleValue()).compareTo(number) == 0) {
            spellings.add(new JsonValue.Real(number.doubleValue()));
        }
        if (number.stripTrailingZeros().scale() <= 0) {
            spellings.add(new JsonValue.Int(number.toBigInteger()));
        }
        if (number.signum() == 0 || number.compareTo(BigDecimal.ONE) == 0) {
            spellings.add(new JsonValue.Bool(number.signum() != 0));
            spellings.add(new JsonValue.Real(number.signum() == 0 ? -0.0 : 1.0));
        }
        return spellings.get(chance.nextInt(spellings.size()));
    }

    private JsonValue shuffled(SequencedMap<String, JsonValue> members) {
        List<Map.Entry<String, JsonValue>> entries = new ArrayList<>(members.entrySet());
        Collections.shuffle(entries, chance);
        SequencedMap<String, JsonValue> other = new LinkedHashMap<>();
        entries.forEach(entry -> other.put(entry.getKey(), rewritten(entry.getValue())));
        return new JsonValue.Struct(other);
    }

    /** Returns the same with a difference in one place. */
    JsonValue changed(JsonValue value) {
        return switch (value) {
            case JsonValue.Null() -> JsonValue.of(0);
            case JsonValue.Bool(boolean bool) -> new JsonValue.Bool(!bool);
            case JsonValue.Int(BigInteger integer) ->
                    new JsonValue.Int(integer.flipBit(chance.nextInt(70)));
            case JsonValue.Real(double real) ->
                    new JsonValue.Real(Double.isFinite(real) ? Math.nextUp(real) : -real);
            case JsonValue.Text(String text) -> new JsonValue.Text(text + "x");
            case JsonValue.Array(var items) -> changed(items);
            case JsonValue.Struct(var members) -> changed(members);
        };
    }

    private JsonValue changed(List<JsonValue> items) {
        List<JsonValue> other = new ArrayList<>(items);
        int index = chance.nextInt(items.size() + 1);
        if (index == items.size()) {
            other.add(JsonValue.Null.VALUE);
        } else {
            other.set(index, changed(other.get(index)));
        }
        return new JsonValue.Array(other);
    }

    private JsonValue changed(SequencedMap<String, JsonValue> members) {
        SequencedMap<String, JsonValue> other = new LinkedHashMap<>(members);
        Map.Entry<String, JsonValue> first = other.pollFirstEntry();
        if (first == null) {
            other.put("", JsonValue.Null.VALUE);
        } else if (chance.nextBoolean()) {
            other.put(first.getKey(), changed(first.getValue()));
        } else {
            other.put(first.getKey() + "x", first.getValue());
        }
        return new JsonValue.Struct(other);
    }
}
