package dev.lockstep.server.json;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A whole JSON document, read without making values of it: its text, and a tape of tokens that say
 * where in it everything stands. Costs four bytes a token beside the text, and four more for each
 * array and object.
 *
 * <p>A token is its index on the tape. An object's elements are its names; after each comes its
 * value. Immutable once it is read; {@link JsonTapeReader} makes it.
 */
// Hot path: goes over the tokens of documents that have millions of them.
public final class JsonTape {
    /** Stands for a token that there is not. */
    public static final int NONE = -1;

    /** The value of the document. */
    public static final int ROOT = 0;

    /** How long a document may be. */
    public static final int MAX_BYTES = 1 << 29;

    /** What a token is. */
    public enum Kind {
        NULL,
        FALSE,
        TRUE,
        INTEGER,
        /** A number with a fraction or exponent, an infinity or NaN. */
        REAL,
        TEXT,
        NAME,
        ARRAY,
        OBJECT
    }

    /** What a token is, as far as its first byte does not say it. */
    enum Shape {
        INTEGER(0),
        /** {@code null}, {@code false}, {@code true}, or a {@link Kind#REAL}. */
        OTHER(1),
        TEXT(2),
        ESCAPED_TEXT(3),
        NAME(4),
        ESCAPED_NAME(5),
        /** An array or object. */
        CONTAINER(6),
        /** The end of one. */
        END(7);

        private final int bits;

        Shape(int index) {
            bits = index << PLACE_BITS;
        }
    }

    private static final Shape[] SHAPES = Shape.values();

    /*
     * A token: | shape 3 bits | place of its first byte 29 bits |. It ends where the way to the next
     * one begins. A container has the index of its END besides, as the next entry of the tape.
     */
    private static final int PLACE_BITS = 29;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;

    private final byte[] text;
    private final IntPieces entries;
    private boolean hasNaN;
    private boolean mayRepeatNames;

    JsonTape(byte[] text, TapeRoom room) {
        this.text = text;
        entries = new IntPieces(room);
    }

    /** Adds a token whose first byte is at a place, and returns it. */
    int add(Shape shape, int place) {
        return entries.add(shape.bits | place);
    }

    /** Adds an array or object whose bracket is at a place, and returns it. */
    int open(int place) {
        int container = add(Shape.CONTAINER, place);
        entries.add(0);
        return container;
    }

    /** Ends an array or object with the bracket at a place. */
    void close(int container, int place) {
        entries.set(container + 1, add(Shape.END, place));
    }

    /** Ends the tape. */
    void end() {
        entries.trim();
    }

    void foundNaN() {
        hasNaN = true;
    }

    void foundRepeatedName() {
        mayRepeatNames = true;
    }

    private Shape shape(int token) {
        return SHAPES[entries.get(token) >>> PLACE_BITS];
    }

    public Kind kind(int token) {
        return switch (shape(token)) {
            case INTEGER -> Kind.INTEGER;
            case TEXT, ESCAPED_TEXT -> Kind.TEXT;
            case NAME, ESCAPED_NAME -> Kind.NAME;
            case CONTAINER -> text[from(token)] == '[' ? Kind.ARRAY : Kind.OBJECT;
            case OTHER -> kind(text[from(token)]);
            case END -> throw new IllegalArgumentException("token: END (expected: a value)");
        };
    }

    private static Kind kind(byte first) {
        return switch (first) {
            case 'n' -> Kind.NULL;
            case 'f' -> Kind.FALSE;
            case 't' -> Kind.TRUE;
            default -> Kind.REAL;
        };
    }

    /** Returns the place of a token's first byte. */
    private int from(int token) {
        return entries.get(token) & PLACE_MASK;
    }

    /** Returns the place behind a token's last byte. */
    private int to(int token) {
        if (shape(token) == Shape.CONTAINER) {
            return from(entries.get(token + 1)) + 1;
        }
        int end = beforeBlanks(token + 1 < entries.size() ? from(token + 1) : text.length);
        boolean parted = text[end - 1] == ',' || text[end - 1] == ':';
        return parted ? beforeBlanks(end - 1) : end;
    }

    private int beforeBlanks(int to) {
        int end = to;
        while (text[end - 1] <= ' ') {
            end--;
        }
        return end;
    }

    private boolean isString(int token) {
        return switch (shape(token)) {
            case TEXT, ESCAPED_TEXT, NAME, ESCAPED_NAME -> true;
            case INTEGER, OTHER, CONTAINER, END -> false;
        };
    }

    private boolean isEscaped(int token) {
        Shape shape = shape(token);
        return shape == Shape.ESCAPED_TEXT || shape == Shape.ESCAPED_NAME;
    }

    /** Returns where a token starts in the document, in bytes, the first being 1. */
    public int place(int token) {
        return from(token) + (isString(token) ? 2 : 1);
    }

    /** Returns how many bytes of the document a value takes, without the quotes of a string. */
    public int byteCount(int token) {
        return to(token) - from(token) - (isString(token) ? 2 : 0);
    }

    /** Returns the first item of an array, the first name of an object, or {@link #NONE}. */
    public int first(int container) {
        return unlessEnd(container + 2);
    }

    /** Returns the item or name after this one, or {@link #NONE}. */
    public int next(int element) {
        Shape shape = shape(element);
        boolean isName = shape == Shape.NAME || shape == Shape.ESCAPED_NAME;
        return unlessEnd(after(isName ? element + 1 : element));
    }

    private int after(int value) {
        return (shape(value) == Shape.CONTAINER ? entries.get(value + 1) : value) + 1;
    }

    private int unlessEnd(int token) {
        return shape(token) == Shape.END ? NONE : token;
    }

    /** Returns the value that belongs to a name. */
    public int value(int name) {
        return name + 1;
    }

    /** Returns how many items an array has. */
    public int size(int array) {
        int size = 0;
        for (int item = first(array); item != NONE; item = next(item)) {
            size++;
        }
        return size;
    }

    /** Returns the last value of the members with this name, or {@link #NONE}. */
    public int member(int object, String name) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        int found = NONE;
        for (int other = first(object); other != NONE; other = next(other)) {
            boolean mayBe = isEscaped(other) || byteCount(other) == utf8.length;
            found = mayBe && text(other).equals(name) ? value(other) : found;
        }
        return found;
    }

    /** Returns the text of a string or name. */
    public String text(int token) {
        return isEscaped(token)
                ? ((JsonValue.Text) parsed(token)).value()
                : new String(text, from(token) + 1, byteCount(token), StandardCharsets.UTF_8);
    }

    /** Returns a hash that strings and names of the same text have in common. */
    long textHash(int token) {
        return isEscaped(token)
                ? Fingerprint.ofText(text(token))
                : Fingerprint.ofText(text, from(token) + 1, byteCount(token));
    }

    /** Returns the {@link Fingerprint} of a value. */
    public long fingerprint(int token) {
        return isString(token) ? textHash(token) : Fingerprint.of(read(token));
    }

    /** Makes a value of a token: costs time and room for all that is in it. */
    public JsonValue read(int token) {
        return switch (kind(token)) {
            case NULL -> JsonValue.Null.VALUE;
            case FALSE -> new JsonValue.Bool(false);
            case TRUE -> new JsonValue.Bool(true);
            case INTEGER -> new JsonValue.Int(new BigInteger(letters(token)));
            case REAL -> new JsonValue.Real(real(token));
            case TEXT, NAME -> JsonValue.of(text(token));
            case ARRAY, OBJECT -> parsed(token);
        };
    }

    private JsonValue parsed(int token) {
        try {
            return JsonReader.readAll(text, from(token), to(token) - from(token));
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("text: " + e.getMessage() + " (expected: as read)", e);
        }
    }

    private double real(int token) {
        return Double.parseDouble(letters(token));
    }

    private String letters(int token) {
        return new String(text, from(token), byteCount(token), StandardCharsets.US_ASCII);
    }

    /** Whether two values are {@link JsonValue#sameAs the same}. */
    public boolean isSame(int token, JsonTape other, int otherToken) {
        return isLike(token, other, otherToken)
                || (!(isString(token) && other.isString(otherToken))
                        && read(token).sameAs(other.read(otherToken)));
    }

    /**
     * Whether two values are alike: of the same kind, numbers and strings of the same value,
     * members in the same order. Of members in another order it says false, so that whoever needs
     * to know looks closer. NaN is like nothing, and so is whatever holds one.
     */
    public boolean isLike(int token, JsonTape other, int otherToken) {
        return (!hasNaN && hasSameBytes(token, other, otherToken))
                || isLikeInParts(token, other, otherToken);
    }

    /**
     * Containers part by part: comparing the bytes of each again would cost as much as it is deep.
     */
    private boolean isLikeInParts(int token, JsonTape other, int otherToken) {
        Kind kind = kind(token);
        if (kind != other.kind(otherToken)) {
            return false;
        }
        return switch (kind) {
            case NULL, FALSE, TRUE -> true;
            case INTEGER ->
                    hasSameBytes(token, other, otherToken)
                            || (isZero(token) && other.isZero(otherToken));
            case REAL -> real(token) == other.real(otherToken);
            case TEXT, NAME -> hasSameText(token, other, otherToken);
            case ARRAY -> itemsAreLike(token, other, otherToken);
            case OBJECT -> membersAreLike(token, other, otherToken);
        };
    }

    private boolean hasSameBytes(int token, JsonTape other, int otherToken) {
        return Arrays.equals(
                text,
                from(token),
                to(token),
                other.text,
                other.from(otherToken),
                other.to(otherToken));
    }

    /** Zero is the only integer that can be written in two ways. */
    private boolean isZero(int integer) {
        int from = from(integer);
        return text[text[from] == '-' ? from + 1 : from] == '0';
    }

    private boolean hasSameText(int token, JsonTape other, int otherToken) {
        return hasSameBytes(token, other, otherToken)
                || ((isEscaped(token) || other.isEscaped(otherToken))
                        && text(token).equals(other.text(otherToken)));
    }

    private boolean itemsAreLike(int array, JsonTape other, int otherArray) {
        int item = first(array);
        int otherItem = other.first(otherArray);
        while (item != NONE && otherItem != NONE) {
            if (!isLikeInParts(item, other, otherItem)) {
                return false;
            }
            item = next(item);
            otherItem = other.next(otherItem);
        }
        return item == otherItem;
    }

    /** Mostly both have them in the same order; where they do not, whoever asks looks closer. */
    private boolean membersAreLike(int object, JsonTape other, int otherObject) {
        int name = first(object);
        int otherName = other.first(otherObject);
        while (name != NONE && otherName != NONE) {
            if (!hasSameText(name, other, otherName)
                    || !isLikeInParts(value(name), other, other.value(otherName))) {
                return false;
            }
            name = next(name);
            otherName = other.next(otherName);
        }
        return name == otherName;
    }

    /** Whether two objects have the same names in the same order, and each once. */
    public boolean hasSameNames(int object, JsonTape other, int otherObject) {
        if (mayRepeatNames || other.mayRepeatNames) {
            return false;
        }
        int name = first(object);
        int otherName = other.first(otherObject);
        while (name != NONE && otherName != NONE && hasSameText(name, other, otherName)) {
            name = next(name);
            otherName = other.next(otherName);
        }
        return name == NONE && otherName == NONE;
    }
}
