package dev.lockstep.server.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The characters of a document, ready for Jackson's parser. That refuses lone surrogates in names,
 * but only where they are escaped: so all escaped surrogates are put in plainly.
 */
final class Characters {
    private static final int ESCAPE_LENGTH = "\\ud800".length();
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final ByteBuffer utf8;
    private final CharBuffer text;

    private Characters(ByteBuffer utf8, CharBuffer text) {
        this.utf8 = utf8;
        this.text = text;
    }

    static Characters decode(byte[] buffer, int offset, int length) throws JsonSyntaxException {
        ByteBuffer utf8 = ByteBuffer.wrap(buffer, offset, length).slice();
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(length);
        if (decoder.decode(utf8, text, true).isError()) {
            throw new JsonSyntaxException("invalid UTF-8", utf8.position() + 1);
        }
        text.flip();
        if (!text.isEmpty() && text.get(0) == BYTE_ORDER_MARK) {
            throw new JsonSyntaxException("unexpected byte order mark", 1);
        }
        unescapeSurrogates(text);
        return new Characters(utf8.rewind(), text);
    }

    char[] array() {
        return text.array();
    }

    int length() {
        return text.length();
    }

    int codePointAt(int index) {
        return Character.codePointAt(text, index);
    }

    /** Returns where the character at {@code index} is in the document, in bytes, from 1 on. */
    int column(int index) {
        CharBuffer source = StandardCharsets.UTF_8.decode(utf8.duplicate());
        int from = 0;
        int to = 0;
        while (to < index) {
            int unit = unitLength(source, from);
            from += unit;
            to += unit == ESCAPE_LENGTH ? 1 : unit;
        }
        CharBuffer before = source.limit(from - (to - index));
        return StandardCharsets.UTF_8.encode(before).remaining() + 1;
    }

    private static void unescapeSurrogates(CharBuffer text) {
        char[] chars = text.array();
        int to = 0;
        for (int from = 0; from < text.limit(); ) {
            int unit = unitLength(text, from);
            if (unit == ESCAPE_LENGTH) {
                chars[to++] = (char) HexFormat.fromHexDigits(text, from + 2, from + unit);
            } else {
                System.arraycopy(chars, from, chars, to, unit);
                to += unit;
            }
            from += unit;
        }
        text.limit(to);
    }

    /**
     * Returns the length of the character or escape at {@code index}: only surrogates' are long.
     */
    private static int unitLength(CharBuffer source, int index) {
        if (source.get(index) != '\\') {
            return 1;
        }
        return isSurrogate(source, index)
                ? ESCAPE_LENGTH
                : Math.min("\\n".length(), source.limit() - index);
    }

    private static boolean isSurrogate(CharBuffer source, int index) {
        return index + ESCAPE_LENGTH <= source.limit()
                && source.get(index + 1) == 'u'
                && (source.get(index + 2) == 'd' || source.get(index + 2) == 'D')
                && hexDigit(source, index + 3) >= 8
                && hexDigit(source, index + 4) >= 0
                && hexDigit(source, index + 5) >= 0;
    }

    private static int hexDigit(CharBuffer source, int index) {
        char c = source.get(index);
        return HexFormat.isHexDigit(c) ? HexFormat.fromHexDigit(c) : -1;
    }
}
