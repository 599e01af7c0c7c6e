package dev.lockstep.server.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A line, and what Python makes of it: a row of from-python.tsv, which from_python.py writes.
 *
 * @param plain the line, with %XX for what is no plain ASCII
 * @param repr {@code !} if the line is refused
 */
record FromPython(String plain, String repr, String sorted) {
    private static final Pattern LINE_FEED = Pattern.compile("\n");
    private static final Pattern TAB = Pattern.compile("\t");

    static Stream<FromPython> rows() {
        try (InputStream in = FromPython.class.getResourceAsStream("/json/from-python.tsv")) {
            byte[] table = Objects.requireNonNull(in).readAllBytes();
            return LINE_FEED
                    .splitAsStream(new String(table, StandardCharsets.UTF_8))
                    .map(FromPython::row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FromPython row(String row) {
        String[] cells = TAB.split(row, -1);
        return new FromPython(cells[0], cells[1], cells.length > 2 ? cells[2] : "");
    }

    boolean refused() {
        return repr.equals("!");
    }

    byte[] line() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int i = 0; i < plain.length(); i++) {
            if (plain.charAt(i) == '%') {
                line.write(Integer.parseInt(plain.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                line.write(plain.charAt(i));
            }
        }
        return line.toByteArray();
    }

    @Override
    public String toString() {
        return plain.length() <= 100 ? plain : plain.substring(0, 100) + "...";
    }
}
