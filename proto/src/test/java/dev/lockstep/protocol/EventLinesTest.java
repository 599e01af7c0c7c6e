package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Event;

import org.junit.jupiter.api.Test;

class EventLinesTest {
    @Test
    void firstLineNamesSchemaAndEngine() {
        assertThat(EventLines.schema("interp"))
                .isEqualTo(
                        "{\"kind\":\"schema_version\",\"schema_version\":1,\"engine\":\"interp\"}\n");
    }

    @Test
    void anEventIsOneLineWithItsPayloadAsItIs() {
        Event event =
                Event.newBuilder()
                        .setTid(1)
                        .setIndex(2)
                        .setKind("exit")
                        .setPayload("{\"status\": 123456789012345678901234567890}")
                        .setHostNs(5)
                        .build();
        assertThat(EventLines.line("recomp", event))
                .isEqualTo(
                        """
                        {"engine":"recomp","kind":"exit","tid":1,"tid_event_idx":2,"host_ns":5,\
                        "payload":{"status": 123456789012345678901234567890}}
                        """);
    }

    @Test
    void lineEndsBetweenTheTokensOfAPayloadBecomeSpaces() {
        Event event = Event.newBuilder().setKind("k").setPayload("{\n\"a\":1\r\n}").build();
        assertThat(EventLines.line("e", event)).endsWith("{ \"a\":1  }}\n").hasLineCount(1);
    }

    @Test
    void textIsQuotedSoThatEveryReaderFindsItAgain() {
        assertThat(EventLines.quoted("a\"\\\n\u0001\ud800 é"))
                .isEqualTo("\"a\\\"\\\\\\n\\u0001\\ud800 é\"");
    }
}
