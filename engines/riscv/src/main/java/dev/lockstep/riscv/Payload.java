package dev.lockstep.riscv;

import dev.lockstep.protocol.EventLines;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Puts a JSON object together, key by key. */
public final class Payload {
    /** Of bytes so many are told as they are. */
    public static final int SHOWN_BYTES = 64;

    private static final String NULL = "null";

    private final StringBuilder text = new StringBuilder("{");

    /** Returns what is told of how a guest has ended. */
    public static Payload of(GuestExit exit) {
        return new Payload()
                .text("reason", exit.reason().name().toLowerCase(Locale.ROOT))
                .number("status", exit.status());
    }

    /**
     * Returns what is told of bytes.
     *
     * @param xxh3 digest of all of them
     * @param beginning the first {@link #SHOWN_BYTES}, or all if there are fewer
     */
    public static Payload ofBytes(long length, long xxh3, byte[] beginning) {
        return new Payload()
                .number("length", length)
                .text("xxh3", "%016x".formatted(xxh3))
                .text("text", decoded(beginning));
    }

    public Payload number(String key, long value) {
        return raw(key, Long.toString(value));
    }

    public Payload text(String key, String value) {
        return raw(key, EventLines.quoted(value));
    }

    /** Puts an address, which is told as text: {@code "0x7fffe000"}. */
    public Payload address(String key, long value) {
        return raw(key, "\"0x" + Long.toHexString(value) + '"');
    }

    /** Puts null: there is no such thing, or it cannot be read. */
    public Payload absent(String key) {
        return raw(key, NULL);
    }

    public Payload object(String key, Payload value) {
        return raw(key, value.toString());
    }

    private Payload raw(String key, String value) {
        if (text.length() > 1) {
            text.append(',');
        }
        text.append(EventLines.quoted(key)).append(':').append(value);
        return this;
    }

    /**
     * Returns bytes as text: as UTF-8, if they are that, else each as the character of its number.
     */
    public static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    /** Returns the object. */
    @Override
    public String toString() {
        return text + "}";
    }
}
