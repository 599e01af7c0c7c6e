package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.run.ProtocolException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class PayloadCheckTest {
    private final PayloadCheck payloads = new PayloadCheck();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " {\n\"a\": [1, -2.5e400, true, null, {\"b\": \"\\u0000\\ud800\"}]}\r\n",
                "{\"n\":123456789012345678901234567890}"
            })
    void oneObjectIsTaken(String payload) throws ProtocolException {
        payloads.check(event(payload));
        assertThat(payload).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-"})
    void anIntegerMayBeAsLongAsWhoReadsItTakes(String sign) throws Exception {
        String longest = sign + "7".repeat(JsonReader.MAX_INTEGER_DIGITS);
        String payload = "{\"n\":" + longest + "}";
        payloads.check(event(payload));
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        assertThat(JsonReader.read(bytes, 0, bytes.length)).isNotNull();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> payloads.check(event("{\"n\":" + longest + "7}")))
                .withMessageStartingWith("Event.payload of k 3: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "1",
                "\"a\"",
                "[]",
                "null",
                "{",
                "{} {}",
                "{},",
                "{\"a\":NaN}",
                "{\"a\":01}",
                "{\"a\":1,}",
                "{'a':1}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"\\x\"}",
                "{\"a\":1,\"a\":2}",
                "{} // more",
                "\ufeff{}"
            })
    void anythingElseBreaksTheProtocol(String payload) {
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> payloads.check(event(payload)))
                .withMessageStartingWith("Event.payload of k 3: ")
                .withMessageEndingWith("(expected: one JSON object)");
    }

    @Test
    void deepNestingBreaksTheProtocol() {
        String payload = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> payloads.check(event(payload)))
                .withMessageContaining("depth");
    }

    private static Event event(String payload) {
        return Event.newBuilder().setIndex(3).setKind("k").setPayload(payload).build();
    }
}
