package dev.lockstep.server.events;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.json.JsonReader;
import dev.lockstep.server.run.ProtocolException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Checks that the payload of an event is one JSON object, so that its line is one too, and one that
 * {@link JsonReader} takes.
 */
final class PayloadCheck {
    /** How deep a payload may be nested: then a reader of logs needs no more care than it takes. */
    private static final int MAX_DEPTH = 100;

    private final JsonFactory json =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(JsonReader.MAX_INTEGER_DIGITS)
                                    .maxNameLength(Protocol.MAX_EVENT_PAYLOAD_BYTES)
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build();

    /**
     * Reads the payload of an event.
     *
     * @throws ProtocolException if it is anything but one object
     */
    void check(Event event) throws ProtocolException {
        try (JsonParser parser = json.createParser(ObjectReadContext.empty(), event.getPayload())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw wrong(event, "no JSON object");
            }
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw wrong(event, "more than one JSON value");
            }
        } catch (JacksonException e) {
            throw wrong(event, e.getOriginalMessage());
        }
    }

    private static ProtocolException wrong(Event event, String what) {
        return ProtocolException.badFrame(
                "Event.payload of %s %d: %s (expected: one JSON object)"
                        .formatted(event.getKind(), event.getIndex(), what));
    }
}
