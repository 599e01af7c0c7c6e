package dev.lockstep.gdb;

/**
 * How packets are written (GDB manual, appendix "GDB Remote Serial Protocol", "Overview"). Their
 * text is a string of characters 0 to 255, one for each byte.
 *
 * <pre>
 * | $ | text, escaped, runs folded | # | sum of the bytes between, modulo 256, 2 hex digits |
 * </pre>
 */
final class Packets {
    static final char START = '$';
    static final char NOTIFICATION = '%';
    static final char END = '#';
    static final char ACKNOWLEDGED = '+';
    static final char REJECTED = '-';

    private static final char ESCAPE = '}';
    private static final int ESCAPE_FLIP = 0x20;
    private static final char RUN = '*';

    /** A run's length is written as a printable character: this more than the repetitions. */
    private static final int RUN_BIAS = 29;

    private static final int BYTE = 0xff;

    private Packets() {}

    /** Returns the packet that carries {@code text}. */
    static String encode(String text) {
        StringBuilder body = new StringBuilder(text.length());
        text.chars().forEach(c -> appendEscaped(body, (char) c));
        return "%c%s%c%02x".formatted(START, body, END, checksum(body));
    }

    private static void appendEscaped(StringBuilder body, char c) {
        switch (c) {
            case START, END, ESCAPE, RUN -> body.append(ESCAPE).append((char) (c ^ ESCAPE_FLIP));
            default -> body.append(c);
        }
    }

    static int checksum(CharSequence body) {
        return body.chars().sum() & BYTE;
    }

    /**
     * Returns the text of what stands between start and end of a packet.
     *
     * @param limit no text is longer
     * @throws StubException if it is none, or longer
     */
    static String decode(CharSequence body, int limit) {
        StringBuilder text = new StringBuilder(body.length());
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i);
            if (c == ESCAPE && i + 1 < body.length()) {
                text.append((char) (body.charAt(++i) ^ ESCAPE_FLIP));
            } else if (c == RUN && i + 1 < body.length() && !text.isEmpty()) {
                int repetitions = body.charAt(++i) - RUN_BIAS;
                text.repeat(text.charAt(text.length() - 1), Math.max(0, repetitions));
            } else {
                text.append(c);
            }
            if (text.length() > limit) {
                throw new StubException(
                        "the stub sent a packet of more than %d characters".formatted(limit));
            }
        }
        return text.toString();
    }
}
