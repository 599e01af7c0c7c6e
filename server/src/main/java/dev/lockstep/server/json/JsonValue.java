package dev.lockstep.server.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A JSON value. Immutable, provided that nobody changes the collections it was made of.
 *
 * <p>Two notions of equality: {@code equals} compares how values are written, {@link #sameAs} what
 * they mean.
 */
public sealed interface JsonValue {
    /** {@code null}. */
    record Null() implements JsonValue {
        /** One for all. */
        public static final Null VALUE = new Null();
    }

    /** {@code true} or {@code false}. */
    record Bool(boolean value) implements JsonValue {}

    /** A number written without fraction and exponent. */
    record Int(BigInteger value) implements JsonValue {}

    /** A number written with fraction or exponent, NaN or an infinity. */
    record Real(double value) implements JsonValue {}

    /** A string; may hold lone surrogates. */
    record Text(String value) implements JsonValue {}

    /** An array. */
    record Array(List<JsonValue> items) implements JsonValue {
        public Array {
            items = Collections.unmodifiableList(items);
        }
    }

    /** An object, its members in the order in which their names first occurred. */
    record Struct(SequencedMap<String, JsonValue> members) implements JsonValue {
        public Struct {
            members = Collections.unmodifiableSequencedMap(members);
        }

        /** Returns the object with another value of a member, which may be new. */
        public Struct with(String name, JsonValue value) {
            var changed = new LinkedHashMap<>(members);
            changed.put(name, value);
            return new Struct(changed);
        }
    }

    static JsonValue of(String value) {
        return new Text(value);
    }

    static JsonValue of(long value) {
        return new Int(BigInteger.valueOf(value));
    }

    /**
     * Whether both mean the same: numbers by their exact mathematical value, true and false as 1
     * and 0, members in any order. NaN is the same as nothing, and so is whatever holds one.
     */
    default boolean sameAs(JsonValue other) {
        return switch (this) {
            case Null() -> other instanceof Null;
            case Bool(boolean value) -> isInteger(other, integer(value));
            case Int(BigInteger value) -> isInteger(other, value);
            case Real(double value) -> isReal(other, value);
            case Text(String value) -> other instanceof Text(String text) && text.equals(value);
            case Array(var items) -> other instanceof Array(var others) && allSame(items, others);
            case Struct(var members) ->
                    other instanceof Struct(var others) && allSame(members, others);
        };
    }

    /** Whether this is NaN or holds one, at any depth. */
    default boolean hasNaN() {
        return switch (this) {
            case Null(), Bool(_), Int(_), Text(_) -> false;
            case Real(double value) -> Double.isNaN(value);
            case Array(var items) -> items.stream().anyMatch(JsonValue::hasNaN);
            case Struct(var members) -> members.values().stream().anyMatch(JsonValue::hasNaN);
        };
    }

    private static BigInteger integer(boolean value) {
        return value ? BigInteger.ONE : BigInteger.ZERO;
    }

    private static boolean isInteger(JsonValue value, BigInteger integer) {
        return switch (value) {
            case Bool(boolean bool) -> integer(bool).equals(integer);
            case Int(BigInteger other) -> other.equals(integer);
            case Real(double real) ->
                    Double.isFinite(real)
                            && new BigDecimal(real).compareTo(new BigDecimal(integer)) == 0;
            case Null(), Text(_), Array(_), Struct(_) -> false;
        };
    }

    private static boolean isReal(JsonValue value, double real) {
        return switch (value) {
            case Bool(boolean bool) -> real == (bool ? 1 : 0);
            case Int(BigInteger integer) -> isInteger(new Real(real), integer);
            case Real(double other) -> other == real;
            case Null(), Text(_), Array(_), Struct(_) -> false;
        };
    }

    private static boolean allSame(List<JsonValue> left, List<JsonValue> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!left.get(i).sameAs(right.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean allSame(
            SequencedMap<String, JsonValue> left, SequencedMap<String, JsonValue> right) {
        return left.size() == right.size()
                && left.entrySet().stream()
                        .allMatch(member -> {
                            JsonValue other = right.get(member.getKey());
                            return other != null && member.getValue().sameAs(other);
                        });
    }
}
