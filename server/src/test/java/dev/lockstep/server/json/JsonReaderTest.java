package dev.lockstep.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class JsonReaderTest {
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            textBlock =
                    """
                    ``; no value at column 1
                    `  `; no value at column 3
                    {; unexpected end at column 2
                    {"a" 1}; unexpected '1' at column 6
                    {"a":1,}; unexpected '}' at column 8
                    ["é", x]; unexpected 'x' at column 8
                    {"\\ud83d\\ude00":"\\\\", x}; unexpected 'x' at column 23
                    "a	b"; unexpected '\\t' at column 3
                    "\\x"; unexpected 'x' at column 3
                    {} []; more than one value at column 4
                    {}}; unexpected '}' at column 3
                    [+INF]; unexpected '+INF' at column 2
                    [1, -INF]; unexpected '-INF' at column 5
                    """)
    void saysWhatIsWrongAndWhere(String text, String message) {
        assertThat(failure(text)).hasMessage(message);
    }

    @Test
    void whatBreaksOffIsRefusedWhereverThatIs() {
        String document =
                "{\"a\": [1.5e3, -7, true, null, NaN, \"\\ud800\\n\"], \"\\ud83d\\ude00\" :"
                        + " {\"é\":\"\"} }";
        for (int length = 0; length < document.length(); length++) {
            String beginning = document.substring(0, length);
            assertThat(failure(beginning)).as(beginning).hasMessageMatching(".* at column \\d+");
        }
        for (String beginning : List.of("[1,", "{\"a\":", "{\"a\":1,", "[", "{", "[1, ")) {
            assertThat(failure(beginning))
                    .as(beginning)
                    .hasMessage("unexpected end at column " + (beginning.length() + 1));
        }
    }

    @Test
    void saysWhereTheBytesAreNoUtf8() {
        byte[] bytes = "xx[\"é\", \"?\"]xx".getBytes(StandardCharsets.UTF_8);
        bytes[9] = (byte) 0xFF;
        JsonSyntaxException failure =
                catchThrowableOfType(
                        JsonSyntaxException.class,
                        () -> JsonReader.read(bytes, 2, bytes.length - 4));
        assertThat(failure.reason()).isEqualTo("invalid UTF-8");
        assertThat(failure.column()).isEqualTo(8);
    }

    @Test
    void refusesAByteOrderMark() {
        assertThat(failure("\uFEFF{}")).hasMessage("unexpected byte order mark at column 1");
    }

    @Test
    void takesWhatIsAsDeepAsAllowedAndNothingDeeper() throws JsonSyntaxException {
        int depth = JsonReader.MAX_DEPTH;
        assertThat(Fingerprint.of(read("[".repeat(depth) + "]".repeat(depth)))).isNotZero();
        assertThat(failure("[".repeat(depth + 1) + "]".repeat(depth + 1)))
                .hasMessage("nested too deep (expected: at most 512) at column 513");
        assertThat(failure("{\"a\":".repeat(1_000_000)))
                .hasMessage("nested too deep (expected: at most 512) at column 2561");
    }

    @Test
    void refusesAnIntegerThatPythonRefuses() {
        assertThat(failure("[" + "7".repeat(4301) + "]"))
                .hasMessage("integer of 4,301 digits (expected: at most 4,300) at column 2");
    }

    @Test
    void takesStringsAndNamesAndFloatsOfAnyLength() throws JsonSyntaxException {
        String longOne = "0".repeat(8_000_000);
        assertThat(read("{\"" + longOne + "\":[\"" + longOne + "\",0." + longOne + "1]}"))
                .isEqualTo(
                        new JsonValue.Struct(
                                new LinkedHashMap<>(
                                        Map.of(
                                                longOne,
                                                new JsonValue.Array(
                                                        List.of(
                                                                JsonValue.of(longOne),
                                                                new JsonValue.Real(0)))))));
    }

    @Test
    void readsOnlyItsPartOfTheBuffer() throws JsonSyntaxException {
        byte[] bytes = "{\"a\":[12345]}".getBytes(StandardCharsets.UTF_8);
        assertThat(JsonReader.read(bytes, 6, 3)).isEqualTo(JsonValue.of(123));
    }

    private static JsonSyntaxException failure(String text) {
        return catchThrowableOfType(JsonSyntaxException.class, () -> read(text));
    }

    private static JsonValue read(String text) throws JsonSyntaxException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return JsonReader.read(utf8, 0, utf8.length);
    }
}
