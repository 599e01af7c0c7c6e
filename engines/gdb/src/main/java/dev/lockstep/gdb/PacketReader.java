package dev.lockstep.gdb;

import org.jspecify.annotations.Nullable;

/** Cuts what a stub sends into packets and acknowledgements, byte by byte. */
final class PacketReader {
    /** Characters of a packet at most: many times what stubs can send. */
    static final int MAX_PACKET_CHARS = 1 << 20;

    /** Bytes outside of packets, one after the other: more, and the peer is no stub. */
    static final int MAX_NOISE_BYTES = 4096;

    private static final int HEX = 16;

    private enum State {
        BETWEEN,
        BODY,
        FIRST_DIGIT,
        SECOND_DIGIT
    }

    /** What a stub has sent. */
    sealed interface Unit {
        /** Something that was asked for. */
        record Packet(String text) implements Unit {}

        /** A packet that did not come as it was sent. */
        record Damaged() implements Unit {}

        /** The last packet arrived, or did not. */
        record Acknowledgement(boolean positive) implements Unit {}
    }

    private final StringBuilder body = new StringBuilder();
    private State state = State.BETWEEN;
    private boolean isNotification;
    private int firstDigit;
    private int noise;

    /**
     * Takes the next byte; returns what it completes, or null.
     *
     * @throws StubException if this is not the protocol, or without bound
     */
    @Nullable Unit accept(byte next) {
        char c = (char) Byte.toUnsignedInt(next);
        return switch (state) {
            case BETWEEN -> between(c);
            case BODY -> {
                addToBody(c);
                yield null;
            }
            case FIRST_DIGIT -> {
                firstDigit = Character.digit(c, HEX);
                state = State.SECOND_DIGIT;
                yield null;
            }
            case SECOND_DIGIT -> {
                state = State.BETWEEN;
                yield completed(firstDigit * HEX + Character.digit(c, HEX));
            }
        };
    }

    private @Nullable Unit between(char c) {
        switch (c) {
            case Packets.ACKNOWLEDGED, Packets.REJECTED -> {
                return new Unit.Acknowledgement(c == Packets.ACKNOWLEDGED);
            }
            case Packets.START, Packets.NOTIFICATION -> begin(c == Packets.NOTIFICATION);
            default -> {
                if (++noise > MAX_NOISE_BYTES) {
                    throw new StubException(
                            "%d bytes that are no packet (expected: a GDB stub)".formatted(noise));
                }
            }
        }
        return null;
    }

    private void begin(boolean notification) {
        body.setLength(0);
        noise = 0;
        isNotification = notification;
        state = State.BODY;
    }

    private void addToBody(char c) {
        if (c == Packets.END) {
            state = State.FIRST_DIGIT;
        } else if (c == Packets.START) {
            begin(false); // The rest of the one before was lost.
        } else {
            body.append(c);
            if (body.length() > MAX_PACKET_CHARS) {
                throw new StubException(
                        "the stub sent a packet of more than %d characters"
                                .formatted(MAX_PACKET_CHARS));
            }
        }
    }

    /** Returns the packet; nobody asked for notifications. */
    private @Nullable Unit completed(int sum) {
        if (isNotification) {
            return null;
        }
        return sum == Packets.checksum(body)
                ? new Unit.Packet(Packets.decode(body, MAX_PACKET_CHARS))
                : new Unit.Damaged();
    }
}
