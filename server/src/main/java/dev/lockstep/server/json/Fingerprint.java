package dev.lockstep.server.json;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A 64-bit hash of values: those that are {@link JsonValue#sameAs the same} have the same. It is
 * open to be computed piece by piece, from text, without making values.
 *
 * <p>An object's is of the sum of its members', so that their order does not count.
 */
public final class Fingerprint {
    private static final Hasher64 TEXT = Hashing.xxh3_64();
    private static final Hasher64 BROKEN_TEXT = Hashing.xxh3_64(1);
    private static final Hasher64 BIG_INTEGER = Hashing.xxh3_64(2);

    /** Odd and irregular, as the mixer wants them; each kind of value has one of its own. */
    private static final long INT = 0x9E3779B97F4A7C15L;

    private static final long REAL = 0xC2B2AE3D27D4EB4FL;
    private static final long ARRAY = 0xD6E8FEB86659FD93L;
    private static final long OBJECT = 0xA0761D6478BD642FL;
    private static final long MEMBER = 0xE7037ED1A0B428DBL;
    private static final long NULL = mix(0x8EBC6AF09C88C6E3L);

    /** What {@link #ofItem} starts from. */
    public static final long NO_ITEMS = ARRAY;

    private Fingerprint() {}

    public static long of(JsonValue value) {
        return switch (value) {
            case JsonValue.Null() -> ofNull();
            case JsonValue.Bool(boolean bool) -> ofInt(bool ? 1 : 0);
            case JsonValue.Int(BigInteger integer) -> ofInteger(integer);
            case JsonValue.Real(double real) -> ofReal(real);
            case JsonValue.Text(String text) -> ofText(text);
            case JsonValue.Array(var items) -> ofItems(items);
            case JsonValue.Struct(var members) -> ofMembers(members);
        };
    }

    public static long ofNull() {
        return NULL;
    }

    /** Returns the hash of the whole number {@code value}, and of true (1) and false (0). */
    public static long ofInt(long value) {
        return mix(value ^ INT);
    }

    /** Returns the hash of the string whose UTF-8 form this is. */
    public static long ofText(byte[] utf8, int offset, int length) {
        return TEXT.hashBytesToLong(utf8, offset, length);
    }

    /** Returns the hash of a string. One with a lone surrogate has no form in UTF-8. */
    public static long ofText(String text) {
        if (text.codePoints().anyMatch(Fingerprint::isSurrogate)) {
            return BROKEN_TEXT.hashCharsToLong(text);
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return ofText(utf8, 0, utf8.length);
    }

    /** Returns what a member adds to the sum over its object. */
    public static long ofMember(long nameHash, long valueHash) {
        return mix(nameHash + mix(valueHash ^ MEMBER));
    }

    /** Returns the hash of an object from the sum of its members' hashes. */
    public static long ofObject(long memberSum, int memberCount) {
        return mix(memberSum + OBJECT * (memberCount + 1L));
    }

    /** Returns the state of an array with one more item; starts with {@link #NO_ITEMS}. */
    public static long ofItem(long itemsBefore, long itemHash) {
        return mix(itemsBefore * ARRAY + itemHash);
    }

    /** Returns the hash of an array from the state after its last item. */
    public static long ofArray(long items, int itemCount) {
        return mix(items + ARRAY * (itemCount + 1L));
    }

    private static long ofInteger(BigInteger value) {
        return value.bitLength() < Long.SIZE
                ? ofInt(value.longValue())
                : BIG_INTEGER.hashBytesToLong(value.toByteArray());
    }

    private static long ofReal(double value) {
        if (value == Math.rint(value) && Double.isFinite(value)) {
            return ofInteger(new BigDecimal(value).toBigInteger());
        }
        return mix(Double.doubleToLongBits(value) ^ REAL);
    }

    private static long ofItems(List<JsonValue> items) {
        long state = NO_ITEMS;
        for (JsonValue item : items) {
            state = ofItem(state, of(item));
        }
        return ofArray(state, items.size());
    }

    private static long ofMembers(Map<String, JsonValue> members) {
        long sum = 0;
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
            sum += ofMember(ofText(member.getKey()), of(member.getValue()));
        }
        return ofObject(sum, members.size());
    }

    private static boolean isSurrogate(int codePoint) {
        return Character.getType(codePoint) == Character.SURROGATE;
    }

    /** The finaliser of SplitMix64: a change of any bit changes each bit of the result. */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
