package dev.lockstep.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

final class JsonWriterTest {
    @Test
    void nestedValuesAreIndented() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("a", 1L);
        map.put("b", null);
        map.put("c", List.of(true, Map.of("d", "e")));
        assertThat(JsonWriter.text(map))
                .isEqualTo(
                        """
                        {
                          "a": 1,
                          "b": null,
                          "c": [
                            true,
                            {
                              "d": "e"
                            }
                          ]
                        }
                        """);
    }

    @Test
    void aLineHoldsItAllWithoutBlanks() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("a", List.of(1L, "b c"));
        map.put("d", null);
        assertThat(JsonWriter.line(map)).isEqualTo("{\"a\":[1,\"b c\"],\"d\":null}\n");
    }

    @Test
    void emptyThingsStayOnTheirLine() {
        assertThat(JsonWriter.text(Arrays.asList(Map.of(), List.of(), null)))
                .isEqualTo("[\n  {},\n  [],\n  null\n]\n");
    }

    @Test
    void whatJsonForbidsInStringsIsEscaped() {
        assertThat(JsonWriter.text("\"\\\n\u0001é😀"))
                .isEqualTo("\"\\\"\\\\\\u000a\\u0001é\\ud83d\\ude00\"\n");
    }

    @Test
    void otherTypesAreRefused() {
        assertThatThrownBy(() -> JsonWriter.text(new Object()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
