package dev.lockstep.server.json;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A whole JSON document, read without making values of it: its text, and a tape of tokens that say
 * where in it everything stands. Costs eight bytes a token beside the text, a tenth of what values
 * would take.
 *
 * <p>A token is its index on the tape. An object's elements are its names; after each comes its
 * value. Immutable once it is read; {@link JsonTapeReader} makes it.
 */
public final class JsonTape {
    /** Stands for a token that there is not. */
    public static final int NONE = -1;

    /** The value of the document. */
    public static final int ROOT = 0;

    /** How long a document may be. */
    public static final int MAX_BYTES = 1 << 29;

    /** What a token is. */
    public enum Kind {
        NULL(0),
        FALSE(1),
        TRUE(2),
        INTEGER(3),
        /** A number with a fraction or exponent, an infinity or NaN. */
        REAL(4),
        TEXT(5),
        NAME(6),
        ARRAY(7),
        OBJECT(8),
        /** The end of an array or object. */
        END(9);

        private final long bits;

        Kind(long index) {
            bits = index << KIND_SHIFT;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    /*
     * A token: | kind 4 bits | escaped 1 bit | start 29 bits | end 29 bits |. Start and end are places
     * in the text, without the quotes; the end of an array or object is the index of its END.
     */
    private static final int PLACE_BITS = 29;
    private static final int PLACE_MASK = (1 << PLACE_BITS) - 1;
    private static final int ESCAPED_SHIFT = 2 * PLACE_BITS;
    private static final int KIND_SHIFT = ESCAPED_SHIFT + 1;

    /** In pieces, so that growing takes no copy of a long tape. */
    private static final int PIECE_BITS = 16;

    private static final int PIECE_MASK = (1 << PIECE_BITS) - 1;

    private final byte[] text;
    private long[][] pieces = new long[1][];
    private int count;
    private boolean hasNaN;

    JsonTape(byte[] text) {
        this.text = text;
    }

    /** Adds a token and returns it. */
    int add(Kind kind, boolean escaped, int start, int end) {
        int piece = count >>> PIECE_BITS;
        if ((count & PIECE_MASK) == 0) {
            if (piece == pieces.length) {
                pieces = Arrays.copyOf(pieces, 2 * piece);
            }
            pieces[piece] = new long[1 << PIECE_BITS];
        }
        pieces[piece][count & PIECE_MASK] =
                kind.bits | (escaped ? 1L << ESCAPED_SHIFT : 0) | (long) start << PLACE_BITS | end;
        return count++;
    }

    /** Ends an array or object that was added with 0 as its end. */
    void close(int container, int at) {
        int end = add(Kind.END, false, at, at + 1);
        pieces[container >>> PIECE_BITS][container & PIECE_MASK] |= end;
    }

    void foundNaN() {
        hasNaN = true;
    }

    private long token(int token) {
        return pieces[token >>> PIECE_BITS][token & PIECE_MASK];
    }

    public Kind kind(int token) {
        return KINDS[(int) (token(token) >>> KIND_SHIFT)];
    }

    private int start(int token) {
        return (int) (token(token) >>> PLACE_BITS) & PLACE_MASK;
    }

    private int end(int token) {
        int end = (int) token(token) & PLACE_MASK;
        return isContainer(token) ? start(end) + 1 : end;
    }

    private boolean isEscaped(int token) {
        return (token(token) >>> ESCAPED_SHIFT & 1) != 0;
    }

    private boolean isContainer(int token) {
        Kind kind = kind(token);
        return kind == Kind.ARRAY || kind == Kind.OBJECT;
    }

    /** Returns where a token starts in the document, in bytes, the first being 1. */
    public int place(int token) {
        return start(token) + 1;
    }

    /** Returns how many bytes of the document a value takes, without the quotes of a string. */
    public int byteCount(int token) {
        return end(token) - start(token);
    }

    /** Returns the first item of an array, the first name of an object, or {@link #NONE}. */
    public int first(int container) {
        return unlessEnd(container + 1);
    }

    /** Returns the item or name after this one, or {@link #NONE}. */
    public int next(int element) {
        return unlessEnd(after(kind(element) == Kind.NAME ? element + 1 : element));
    }

    private int after(int value) {
        return (isContainer(value) ? (int) token(value) & PLACE_MASK : value) + 1;
    }

    private int unlessEnd(int token) {
        return kind(token) == Kind.END ? NONE : token;
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
        int found = NONE;
        for (int other = first(object); other != NONE; other = next(other)) {
            found = text(other).equals(name) ? value(other) : found;
        }
        return found;
    }

    /** Returns the text of a string or name. */
    public String text(int token) {
        int start = start(token);
        return isEscaped(token)
                ? ((JsonValue.Text) read(start - 1, end(token) + 1)).value()
                : new String(text, start, end(token) - start, StandardCharsets.UTF_8);
    }

    /** Returns a hash that strings and names of the same text have in common. */
    long textHash(int token) {
        int start = start(token);
        return isEscaped(token)
                ? Fingerprint.ofText(text(token))
                : Fingerprint.ofText(text, start, end(token) - start);
    }

    /** Makes a value of a token: costs time and room for all that is in it. */
    public JsonValue read(int token) {
        int quote = kind(token) == Kind.TEXT ? 1 : 0;
        return read(start(token) - quote, end(token) + quote);
    }

    private JsonValue read(int from, int to) {
        try {
            return JsonReader.read(text, from, to - from);
        } catch (JsonSyntaxException e) {
            throw new IllegalStateException("text: " + e.getMessage() + " (expected: as read)", e);
        }
    }

    /**
     * Whether two values are alike: of the same kind, numbers and strings of the same value,
     * members in the same order. Of members in another order it says false, so that whoever needs
     * to know looks closer. NaN is like nothing, and so is whatever holds one.
     */
    public boolean isLike(int token, JsonTape other, int otherToken) {
        Kind kind = kind(token);
        if (kind != other.kind(otherToken)) {
            return false;
        }
        if (!hasNaN && sameBytes(token, other, otherToken)) {
            return true;
        }
        return switch (kind) {
            case NULL, FALSE, TRUE -> true;
            case INTEGER -> integer(token).equals(other.integer(otherToken));
            case REAL -> real(token) == other.real(otherToken);
            case TEXT, NAME -> sameText(token, other, otherToken);
            case ARRAY -> itemsAreLike(token, other, otherToken);
            case OBJECT -> membersAreLike(token, other, otherToken);
            case END -> throw new IllegalArgumentException("token: END (expected: a value)");
        };
    }

    private boolean sameBytes(int token, JsonTape other, int otherToken) {
        return Arrays.equals(
                text,
                start(token),
                end(token),
                other.text,
                other.start(otherToken),
                other.end(otherToken));
    }

    private boolean sameText(int token, JsonTape other, int otherToken) {
        return sameBytes(token, other, otherToken)
                || ((isEscaped(token) || other.isEscaped(otherToken))
                        && text(token).equals(other.text(otherToken)));
    }

    private BigInteger integer(int token) {
        return ((JsonValue.Int) read(token)).value();
    }

    private double real(int token) {
        return ((JsonValue.Real) read(token)).value();
    }

    private boolean itemsAreLike(int array, JsonTape other, int otherArray) {
        int item = first(array);
        int otherItem = other.first(otherArray);
        while (item != NONE && otherItem != NONE) {
            if (!isLike(item, other, otherItem)) {
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
            if (!sameText(name, other, otherName)
                    || !isLike(value(name), other, other.value(otherName))) {
                return false;
            }
            name = next(name);
            otherName = other.next(otherName);
        }
        return name == otherName;
    }
}
