package dev.lockstep.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class JsonValueTest {
    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    null; null
                    1; 1.0
                    1; true
                    1.0; true
                    0; false
                    0; -0.0
                    -0.0; false
                    0.0; -0.0
                    1e2; 100
                    1e22; 10000000000000000000000
                    9007199254740992; 9007199254740992.0
                    Infinity; 1e999
                    "a"; "\\u0061"
                    [1,[true]]; [1.0,[1]]
                    {"a":1,"b":2}; {"b":2.0,"a":true}
                    {"a":1,"a":2}; {"a":2}
                    """)
    void meansTheSame(String left, String right) throws JsonSyntaxException {
        assertThat(read(left).sameAs(read(right))).isTrue();
        assertThat(read(right).sameAs(read(left))).isTrue();
        assertThat(Fingerprint.of(read(left))).isEqualTo(Fingerprint.of(read(right)));
    }

    @ParameterizedTest(name = "{0} and {1}")
    @CsvSource(
            delimiter = ';',
            textBlock =
                    """
                    null; 0
                    null; "null"
                    1; "1"
                    1; 2
                    2; true
                    9007199254740993; 9007199254740992.0
                    9007199254740993; 9007199254740993.0
                    1e23; 100000000000000000000000
                    0.1; 0
                    Infinity; -Infinity
                    Infinity; 1
                    18446744073709551616; 0
                    "a"; "A"
                    "\\ud83d"; "?"
                    "\\ud83d"; "\\ud83e"
                    [1]; 1
                    [1,2]; [2,1]
                    [1]; [1,null]
                    [[],1]; [[1]]
                    []; {}
                    {"a":1}; {"b":1}
                    {"a":null}; {}
                    {"a":1,"b":2}; {"a":2,"b":1}
                    {"a":{"b":1}}; {"b":{"a":1}}
                    """)
    void meansSomethingElse(String left, String right) throws JsonSyntaxException {
        assertThat(read(left).sameAs(read(right))).isFalse();
        assertThat(read(right).sameAs(read(left))).isFalse();
        assertThat(Fingerprint.of(read(left))).isNotEqualTo(Fingerprint.of(read(right)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "[NaN]", "{\"a\":[1,{\"b\":NaN}]}"})
    void isNotEvenTheSameAsItselfIfItHoldsNan(String text) throws JsonSyntaxException {
        JsonValue value = read(text);
        assertThat(value.hasNaN()).isTrue();
        assertThat(value.sameAs(value)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"NaN\"", "[1.5,{\"NaN\":Infinity}]"})
    void holdsNoNan(String text) throws JsonSyntaxException {
        assertThat(read(text).hasNaN()).isFalse();
    }

    private static JsonValue read(String text) throws JsonSyntaxException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return JsonReader.read(utf8, 0, utf8.length);
    }
}
