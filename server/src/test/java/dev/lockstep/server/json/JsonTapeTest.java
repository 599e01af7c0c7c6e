package dev.lockstep.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.json.JsonTapeReader.Names;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** A tape says what values would. */
class JsonTapeTest {
    private static final int DOCUMENTS = 5_000;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonTape tape(String text) throws JsonSyntaxException {
        return read(utf8(text), Names.MAY_REPEAT);
    }

    private static JsonTape read(byte[] text, Names names) throws JsonSyntaxException {
        return JsonTapeReader.read(text, names, TapeRoom.of(Long.MAX_VALUE));
    }

    private static JsonValue value(String text) throws JsonSyntaxException {
        byte[] bytes = utf8(text);
        return JsonReader.read(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                " [ ] ",
                "{}",
                "{\"a\": [1, -2, 3.5e+1, true, false, null, \"\\u00e9é\\n\"], \"b\": {\"c\":"
                        + " \"\"}}",
                "[0, -0, 0.0, 1E5, 123456789012345678901234567890]",
                "[NaN, Infinity, -Infinity]",
                "\"\\ud800\"",
                "{\"\\u0061\": 1, \"b\": 2, \"a\": 3}",
            })
    void holdsTheValueOfItsText(String text) throws Exception {
        JsonTape tape = tape(text);
        assertThat(JsonText.sorted(tape.read(JsonTape.ROOT)))
                .isEqualTo(JsonText.sorted(value(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[1,",
                "[1 2]",
                "{\"a\"}",
                "{\"a\":}",
                "{a: 1}",
                "[1,]",
                "{\"a\":1,}",
                "01",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "nul",
                "nan",
                "-NaN",
                "+Infinity",
                "\"a",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\t\"",
                "1 2",
                "[]]",
                "\uFEFF1",
            })
    void refusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> tape(text)).isInstanceOf(JsonSyntaxException.class);
        assertThatThrownBy(() -> value(text)).isInstanceOf(JsonSyntaxException.class);
    }

    @Test
    void refusesWhatIsNoUtf8AndSaysWhere() {
        byte[] bytes = {'"', 'a', (byte) 0xFF, '"'};
        assertThatThrownBy(() -> read(bytes, Names.DIFFER)).hasMessage("invalid UTF-8 at column 3");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        String deep = "[".repeat(10_000);
        assertThatThrownBy(() -> tape(deep))
                .hasMessage("nested too deep (expected: at most 512) at column 513");
    }

    @Test
    void refusesNamesThatRepeatUnlessTheyMay() throws Exception {
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 100; i++) {
            many.append("\"n%d\": %d, ".formatted(i, i));
        }
        for (String text : new String[] {"{\"a\": 1, \"\\u0061\": 2}", many + "\"n7\": 0}"}) {
            assertThatThrownBy(() -> read(utf8(text), Names.DIFFER))
                    .isInstanceOf(JsonSyntaxException.class)
                    .hasMessageContaining(
                            " appears twice in an object (expected: once) at column ");
            assertThat(tape(text).read(JsonTape.ROOT)).isNotNull();
        }
        read(utf8(many + "\"n100\": 0}"), Names.DIFFER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    1         | 1          | true
                    1         | 1.0        | false
                    1.0       | 1e0        | true
                    0         | -0         | true
                    true      | 1          | false
                    NaN       | NaN        | false
                    [1, 2]    | [1,2]      | true
                    [1, 2]    | [1]        | false
                    [1]       | [1, 2]     | false
                    "a"       | "\\u0061"  | true
                    {"a": 1}  | {"a":1}    | true
                    {"a": 1}  | {"b": 1}   | false
                    [[NaN]]   | [[NaN]]    | false
                    """)
    void likenessIsOfValues(String one, String other, boolean alike) throws Exception {
        assertThat(tape(one).isLike(JsonTape.ROOT, tape(other), JsonTape.ROOT)).isEqualTo(alike);
    }

    @Test
    void samenessIsThatOfValuesWhereverTheyStand() throws Exception {
        String[] texts = {
            "null",
            "true",
            "false",
            "0",
            "-0",
            "1",
            "1.0",
            "1e0",
            "-1",
            "123456789012345678901",
            "1.23456789012345678901e20",
            "NaN",
            "Infinity",
            "-Infinity",
            "\"\"",
            "\"a\"",
            "\"\\u0061\"",
            "\"\u00e9,\"",
            "\"\\ud800\"",
            "[]",
            "[ ]",
            "[NaN]",
            "[1, true]",
            "[1.0, 1]",
            "{}",
            "{\"a\": 1, \"b\": []}",
            "{\"b\": [ ], \"\\u0061\": 1.0}",
            "{\"a\": 2, \"a\": 1, \"b\": []}",
        };
        JsonTape plain = tape("[" + String.join(",", texts) + "]");
        JsonTape wide = tape("[\n " + String.join(" ,\t", texts) + "\r]");
        int one = plain.first(JsonTape.ROOT);
        for (String text : texts) {
            assertThat(JsonText.sorted(plain.read(one))).isEqualTo(JsonText.sorted(value(text)));
            assertThat(plain.fingerprint(one)).isEqualTo(Fingerprint.of(value(text)));
            int other = wide.first(JsonTape.ROOT);
            for (String otherText : texts) {
                boolean same = value(text).sameAs(value(otherText));
                assertThat(plain.isSame(one, wide, other))
                        .as("%s and %s", text, otherText)
                        .isEqualTo(same);
                assertThat(same || !plain.isLike(one, wide, other)).isTrue();
                other = wide.next(other);
            }
            one = plain.next(one);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {}               | {}                  | true
                    {"a": 1, "b": 2} | {"a":2,"\\u0062":{}} | true
                    {"a": 1, "b": 2} | {"b": 1, "a": 2}    | false
                    {"a": 1, "b": 2} | {"a": 1, "c": 2}    | false
                    {"a": 1}         | {"a": 1, "b": 2}    | false
                    {"a": 1, "a": 2} | {"a": 1, "a": 2}    | false
                    """)
    void namesAreTheSameInOneOrderAndEachOnce(String one, String other, boolean same)
            throws Exception {
        assertThat(tape(one).hasSameNames(JsonTape.ROOT, tape(other), JsonTape.ROOT))
                .isEqualTo(same);
    }

    @Test
    void holdsMoreThanOnePieceOfTokens() throws Exception {
        int count = 100_000;
        JsonTape tape = tape("[" + "[7], ".repeat(count - 1) + "[8]]");
        assertThat(tape.size(JsonTape.ROOT)).isEqualTo(count);
        int last = JsonTape.NONE;
        for (int item = tape.first(JsonTape.ROOT); item != JsonTape.NONE; item = tape.next(item)) {
            last = item;
        }
        assertThat(JsonText.sorted(tape.read(last))).isEqualTo("[8]");
    }

    @Test
    void tapesOfSeveralDocumentsShareTheirRoom() throws Exception {
        // Whole pieces are taken on the way, and given back as far as they are not needed.
        TapeRoom room = TapeRoom.of(202_000);
        byte[] text = utf8("[" + "1,".repeat(69_999) + "1]");
        JsonTapeReader.read(text, Names.DIFFER, room);
        JsonTapeReader.read(text, Names.DIFFER, room);
        assertThatThrownBy(() -> JsonTapeReader.read(text, Names.DIFFER, room))
                .isInstanceOf(TapeRoom.ExceededException.class)
                .hasMessage("more than 202,000 names, values and brackets");
    }

    @Test
    void takesAndRefusesTheSameAsTheReaderOfValuesWhateverIsChangedInADocument() throws Exception {
        long seed = Long.getLong("lockstep.seed", ThreadLocalRandom.current().nextLong());
        Random random = new Random(seed);
        String alphabet = "{}[]\",:\\0123456789.eE+-ntfalsrueNI \n\u00e9";
        String text = "{\"a\": [1, -2.5e3, true, null, \"x\\u00e9\\n\"], \"b\": {\"c\": \"\"}}";
        for (int i = 0; i < DOCUMENTS; i++) {
            StringBuilder changed = new StringBuilder(text);
            for (int n = random.nextInt(3); n >= 0; n--) {
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                changed.setCharAt(random.nextInt(text.length()), c);
            }
            assertThat(outcome(() -> tape(changed.toString()).read(JsonTape.ROOT)))
                    .as("%s (-Dlockstep.seed=%d)", changed, seed)
                    .isEqualTo(outcome(() -> value(changed.toString())));
        }
    }

    private interface Reading {
        JsonValue read() throws JsonSyntaxException;
    }

    private static String outcome(Reading reading) {
        try {
            return JsonText.sorted(reading.read());
        } catch (JsonSyntaxException e) {
            return "refused";
        }
    }
}
