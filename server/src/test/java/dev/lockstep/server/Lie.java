package dev.lockstep.server;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.CapturePart.PartCase;
import dev.lockstep.proto.v1.PageContents;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.FakeGuest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * What an engine tells of its state that cannot be.
 *
 * @param title what it is
 * @param of the part that is told otherwise
 * @param answer what its taker is told
 */
record Lie(String title, PartCase of, String answer, TellingEngine.Twist twist) {
    private static final String NONE = "no snapshot was taken: ";

    static List<Lie> all() {
        return List.of(
                inState(
                        "a mapping that is no pages",
                        "mapping 0x10001: 1228800 bytes (expected: whole pages)",
                        part -> withMapping(part, 0x1_0001)),
                inState(
                        "a mapping over the end of all memory",
                        "mapping 0xfffffffffffff000: 1228800 bytes",
                        part -> withMapping(part, -4096)),
                inState("a state of another step", NONE, part -> withStep(part, 1)),
                inRows(
                        "a page that is not mapped",
                        "page 0x13d000 (expected: a mapped page",
                        0x13_D000),
                inRows("half a page", "page 0x24008 (expected: a mapped page", 0x2_4008),
                inRows(
                        "a page before the last one",
                        "page 0x10000 after 0x23000 (expected: ascending)",
                        FakeGuest.BASE),
                new Lie("half a row", PartCase.PAGES, NONE, part -> List.of(withHalfARow(part))),
                new Lie("two ends", PartCase.END, NONE, part -> List.of(part, part)),
                inContents(
                        "another content than it said",
                        "(expected: one that was wanted)",
                        FakeGuest.randomPage(new Random(5))),
                inContents("a content that is no page", NONE, new byte[Protocol.PAGE_BYTES - 1]),
                new Lie(
                        "more pages than were wanted",
                        PartCase.CONTENTS,
                        NONE,
                        part -> List.of(part.toBuilder().mergeFrom(part).build())),
                new Lie(
                        "a refusal at the end",
                        PartCase.END,
                        " refuses: a pipe is open",
                        part -> List.of(part.toBuilder().setRefusal("a pipe is open").build())),
                new Lie(
                        "nothing",
                        PartCase.END,
                        NONE,
                        part -> List.of(part.toBuilder().clearPart().build())));
    }

    /** Returns what is said instead of a part. */
    List<CapturePart> tell(CapturePart part) throws IOException {
        return part.getPartCase() == of ? twist.apply(part) : List.of(part);
    }

    @Override
    public String toString() {
        return title;
    }

    private static Lie inState(String title, String answer, UnaryOperator<CapturePart> twist) {
        return new Lie(title, PartCase.STATE, answer, part -> List.of(twist.apply(part)));
    }

    private static Lie inRows(String title, String answer, long address) {
        return new Lie(title, PartCase.PAGES, answer, part -> List.of(withRow(part, address)));
    }

    private static Lie inContents(String title, String answer, byte[] content) {
        return new Lie(
                title, PartCase.CONTENTS, answer, part -> List.of(withContent(part, content)));
    }

    private static CapturePart withMapping(CapturePart part, long address) {
        CapturePart.Builder other = part.toBuilder();
        other.getStateBuilder().getMappingsBuilder(0).setAddress(address);
        return other.build();
    }

    private static CapturePart withStep(CapturePart part, long step) {
        CapturePart.Builder other = part.toBuilder();
        other.getStateBuilder().setStep(step);
        return other.build();
    }

    private static CapturePart withRow(CapturePart part, long address) {
        byte[] row =
                ByteBuffer.allocate(Protocol.PAGE_ROW_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(address)
                        .array();
        return part.toBuilder().setPages(part.getPages().concat(ByteString.copyFrom(row))).build();
    }

    private static CapturePart withHalfARow(CapturePart part) {
        return part.toBuilder().setPages(part.getPages().substring(20)).build();
    }

    private static CapturePart withContent(CapturePart part, byte[] content) {
        PageContents.Builder contents = part.getContents().toBuilder();
        contents.setPages(0, FakeGuest.content(content));
        return part.toBuilder().setContents(contents).build();
    }
}
