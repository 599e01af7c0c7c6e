package dev.lockstep.server.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Reads one JSON document as Python's {@code json.loads} does: NaN and infinities, integers of any
 * size, lone surrogates in escapes; of several members with one name the last value counts, at the
 * place of the first.
 *
 * <p>Parses characters rather than bytes: Jackson's parser of bytes refuses lone surrogates in
 * names, and takes what is no UTF-8.
 */
public final class JsonReader {
    /** How deep arrays and objects may lie in one another; what is deeper is refused. */
    public static final int MAX_DEPTH = 512;

    /** How many digits an integer may have, in Python as well; a longer one is refused. */
    public static final int MAX_INTEGER_DIGITS = 4300;

    /** How many values a document may hold; more are refused, for each takes a hundred bytes. */
    public static final int MAX_VALUES = 1 << 18;

    /** Integers of no more characters than this fit a long. */
    private static final int LONG_CHARACTERS = 18;

    /** No limits but our own. Without its table of names, parsers share nothing. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(Integer.MAX_VALUE)
                                    .maxNumberLength(Integer.MAX_VALUE)
                                    .maxStringLength(Integer.MAX_VALUE)
                                    .maxNameLength(Integer.MAX_VALUE)
                                    .build())
                    .build();

    private final Characters text;
    private final JsonParser parser;
    private final int maxValues;
    private int valueCount;

    private JsonReader(Characters text, JsonParser parser, int maxValues) {
        this.text = text;
        this.parser = parser;
        this.maxValues = maxValues;
    }

    /**
     * Returns the value that {@code length} bytes of UTF-8 hold from {@code offset} on, with
     * nothing but blanks around it.
     */
    public static JsonValue read(byte[] buffer, int offset, int length) throws JsonSyntaxException {
        return read(buffer, offset, length, MAX_VALUES);
    }

    /** Returns the value, however many it holds, of a text whose length has a bound. */
    static JsonValue readAll(byte[] buffer, int offset, int length) throws JsonSyntaxException {
        return read(buffer, offset, length, Integer.MAX_VALUE);
    }

    private static JsonValue read(byte[] buffer, int offset, int length, int maxValues)
            throws JsonSyntaxException {
        Characters text = Characters.decode(buffer, offset, length);
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), text.array(), 0, text.length())) {
            return new JsonReader(text, parser, maxValues).document();
        }
    }

    private JsonValue document() throws JsonSyntaxException {
        try {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw failure("no value", text.length());
            }
            JsonValue value = value(first, 0);
            if (parser.nextToken() != null) {
                throw failure("more than one value", tokenOffset());
            }
            return value;
        } catch (UnexpectedEndOfInputException _) {
            throw failure("unexpected end", text.length());
        } catch (JacksonException e) {
            throw unexpectedAt((int) e.getLocation().getCharOffset());
        }
    }

    /** Behind a comma or colon Jackson misses a value, where it is the rest that is missing. */
    private JsonSyntaxException unexpectedAt(int offset) {
        return offset < text.length()
                ? failure("unexpected " + excerpt(offset), offset)
                : failure("unexpected end", text.length());
    }

    private JsonValue value(JsonToken token, int depth) throws JsonSyntaxException {
        if (++valueCount > maxValues) {
            throw failure(
                    "too many values (expected: at most %,d)".formatted(maxValues), tokenOffset());
        }
        return switch (token) {
            case VALUE_NULL -> JsonValue.Null.VALUE;
            case VALUE_TRUE -> new JsonValue.Bool(true);
            case VALUE_FALSE -> new JsonValue.Bool(false);
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> real();
            case VALUE_STRING -> new JsonValue.Text(parser.getString());
            case START_ARRAY -> array(deeper(depth));
            case START_OBJECT -> struct(deeper(depth));
            case END_ARRAY, END_OBJECT, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new IllegalStateException("token: " + token + " (expected: a value)");
        };
    }

    private JsonValue integer() throws JsonSyntaxException {
        String digits = parser.getString();
        if (digits.length() <= LONG_CHARACTERS) {
            return JsonValue.of(Long.parseLong(digits));
        }
        int digitCount = digits.length() - (digits.startsWith("-") ? 1 : 0);
        if (digitCount > MAX_INTEGER_DIGITS) {
            throw failure(
                    "integer of %,d digits (expected: at most %,d)"
                            .formatted(digitCount, MAX_INTEGER_DIGITS),
                    tokenOffset());
        }
        return new JsonValue.Int(new BigInteger(digits));
    }

    /** Jackson takes more spellings of infinity than Python. */
    private JsonValue real() throws JsonSyntaxException {
        String number = parser.getString();
        if (number.startsWith("+") || number.endsWith("INF")) {
            throw failure("unexpected '" + number + "'", tokenOffset());
        }
        return new JsonValue.Real(Double.parseDouble(number));
    }

    private int deeper(int depth) throws JsonSyntaxException {
        if (depth == MAX_DEPTH) {
            throw failure("nested too deep (expected: at most " + MAX_DEPTH + ")", tokenOffset());
        }
        return depth + 1;
    }

    private JsonValue array(int depth) throws JsonSyntaxException {
        List<JsonValue> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken();
                token != JsonToken.END_ARRAY;
                token = parser.nextToken()) {
            items.add(value(token, depth));
        }
        return new JsonValue.Array(items);
    }

    private JsonValue struct(int depth) throws JsonSyntaxException {
        SequencedMap<String, JsonValue> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.getString();
            members.put(name, value(parser.nextToken(), depth));
        }
        return new JsonValue.Struct(members);
    }

    private int tokenOffset() {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    private String excerpt(int offset) {
        return PythonText.repr(JsonValue.of(Character.toString(text.codePointAt(offset))));
    }

    private JsonSyntaxException failure(String reason, int offset) {
        return new JsonSyntaxException(reason, text.column(offset));
    }
}
