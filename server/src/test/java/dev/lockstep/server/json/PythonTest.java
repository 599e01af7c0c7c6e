package dev.lockstep.server.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/** Reader and writers against Python's own answers. */
class PythonTest {
    @ParameterizedTest
    @MethodSource("taken")
    void readsAndWritesWhatPythonDoes(FromPython row) throws JsonSyntaxException {
        JsonValue value = read(row.line());
        assertThat(PythonText.repr(value)).isEqualTo(row.repr());
        assertThat(JsonText.sorted(value)).isEqualTo(row.sorted());
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatPythonRefuses(FromPython row) {
        assertThatThrownBy(() -> read(row.line())).isInstanceOf(JsonSyntaxException.class);
    }

    static Stream<FromPython> taken() {
        return FromPython.rows().filter(row -> !row.refused());
    }

    static Stream<FromPython> refused() {
        return FromPython.rows().filter(FromPython::refused);
    }

    private static JsonValue read(byte[] line) throws JsonSyntaxException {
        return JsonReader.read(line, 0, line.length);
    }
}
