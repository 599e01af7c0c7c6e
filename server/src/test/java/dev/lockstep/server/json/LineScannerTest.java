package dev.lockstep.server.json;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.json.LineScanner.Kind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;

class LineScannerTest {
    private static final byte[] SALT =
            "\"\"\"\\{}[]:,, \t-0123456789eE.+tfnruals/x\u0000\u001f\u007f"
                    .getBytes(StandardCharsets.UTF_8);

    private final LineScanner scanner = new LineScanner();

    @Test
    void meansExactlyWhatTheReaderDoesOrLeavesTheLineToIt() {
        long seed = System.nanoTime();
        Random chance = new Random(seed);
        RandomLines lines = new RandomLines(seed);
        int plain = 0;
        for (int i = 0; i < 240_000; i++) {
            byte[] line = i % 3 == 0 ? randomValue(chance) : lines.next();
            byte[] mutated = mutated(line, chance);
            String description = "seed %d, line %d: %s".formatted(seed, i, latin1(mutated));
            plain += agreesWithReader(mutated, chance, description) ? 1 : 0;
        }
        assertThat(plain).as("plain lines, seed " + seed).isBetween(50_000, 190_000);
    }

    @Test
    void takesTheLinesOfEventLogs() {
        RandomLines lines = new RandomLines(1);
        for (int i = 0; i < 1000; i++) {
            byte[] line = lines.next();
            assertThat(scanner.scan(line, 0, line.length)).as(latin1(line)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"a\\nb\"", "\"é\"", "\"a\tb\"", "NaN", "Infinity", "1.0", "1e5",
                        "1234567890123456789",
                "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":1,\"\\u0061\":3}", "", " ", "[1,]", "01", "-",
                        "1 2",
                "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]"
            })
    void leavesWhatIsNotPlain(String line) {
        assertThat(scan(line)).isFalse();
    }

    @Test
    void leavesALineOfTooManyTokens() {
        int most = LineScanner.MAX_TOKENS - 2;
        assertThat(scan("[0" + ",0".repeat(most - 1) + "]")).isTrue();
        assertThat(scan("[0" + ",0".repeat(most) + "]")).isFalse();
    }

    @Test
    void findsNamesThatAreRepeatedAmongMany() {
        StringBuilder members = new StringBuilder("{");
        for (int i = 0; i < 100; i++) {
            members.append("\"some name %d\":{\"x\":[%d]},".formatted(i, i));
        }
        assertThat(scan(members + "\"some name\":0}")).isTrue();
        assertThat(scan(members + "\"some name 77\":0}")).isFalse();
    }

    @Test
    void findsMembersInAnyOrder() {
        assertThat(
                        scan(
                                " {\"tid\" : -12, \"s\":\"xy\", \"o\":{\"a\":[1,2]}, \"e\":{},"
                                        + " \"n\":null}"))
                .isTrue();
        assertThat(scanner.kind(member(0, "n"))).isEqualTo(Kind.NULL);
        assertThat(scanner.first(member(0, "e"))).isEqualTo(LineScanner.NONE);
        assertThat(scanner.integer(member(0, "tid"))).isEqualTo(-12);
        assertThat(scanner.textEquals(member(0, "s"), ascii("xy"))).isTrue();
        assertThat(scanner.textEquals(member(0, "s"), ascii("xyz"))).isFalse();
        assertThat(member(0, "a")).isEqualTo(LineScanner.NONE);
        int items = member(member(0, "o"), "a");
        assertThat(scanner.text(items)).isEqualTo("[1,2]");
        int second = scanner.next(scanner.first(items));
        assertThat(scanner.integer(second)).isEqualTo(2);
        assertThat(scanner.next(second)).isEqualTo(LineScanner.NONE);
    }

    private int member(int object, String name) {
        return scanner.member(object, ascii(name));
    }

    private boolean scan(String line) {
        byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
        return scanner.scan(utf8, 0, utf8.length);
    }

    /** Returns whether the line is plain; the bytes around it must not matter. */
    private boolean agreesWithReader(byte[] line, Random chance, String description) {
        int offset = chance.nextInt(20);
        byte[] buffer = new byte[offset + line.length + chance.nextInt(20)];
        Arrays.fill(buffer, SALT[chance.nextInt(SALT.length)]);
        System.arraycopy(line, 0, buffer, offset, line.length);
        if (!scanner.scan(buffer, offset, line.length)) {
            return false;
        }
        try {
            JsonValue read = JsonReader.read(buffer, offset, line.length);
            assertThat(value(0).equals(read)).as(description).isTrue();
            assertThat(scanner.fingerprint(0)).as(description).isEqualTo(Fingerprint.of(read));
            return true;
        } catch (JsonSyntaxException e) {
            throw new AssertionError(description, e);
        }
    }

    private JsonValue value(int token) {
        return switch (scanner.kind(token)) {
            case NULL -> JsonValue.Null.VALUE;
            case FALSE -> new JsonValue.Bool(false);
            case TRUE -> new JsonValue.Bool(true);
            case INTEGER -> JsonValue.of(scanner.integer(token));
            case TEXT, NAME -> JsonValue.of(scanner.text(token));
            case ARRAY -> array(token);
            case OBJECT -> struct(token);
            case END -> throw new AssertionError("an end among values");
        };
    }

    private JsonValue array(int array) {
        List<JsonValue> items = new ArrayList<>();
        for (int i = scanner.first(array); i != LineScanner.NONE; i = scanner.next(i)) {
            items.add(value(i));
        }
        return new JsonValue.Array(items);
    }

    private JsonValue struct(int object) {
        SequencedMap<String, JsonValue> members = new LinkedHashMap<>();
        for (int i = scanner.first(object); i != LineScanner.NONE; i = scanner.next(i)) {
            members.put(scanner.text(i), value(scanner.value(i)));
        }
        return new JsonValue.Struct(members);
    }

    private static byte[] randomValue(Random chance) {
        JsonValue value = new RandomValues(chance.nextLong()).value(4);
        String text = chance.nextBoolean() ? JsonText.compact(value) : JsonText.sorted(value);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the line with a few bytes changed, dropped, put in or repeated, or as it is. */
    private static byte[] mutated(byte[] line, Random chance) {
        byte[] mutated = line;
        for (int i = chance.nextInt(4); i > 0 && mutated.length > 0; i--) {
            int from = chance.nextInt(mutated.length);
            int to = Math.min(mutated.length, from + chance.nextInt(3));
            byte[] other = new byte[chance.nextInt(3)];
            for (int k = 0; k < other.length; k++) {
                other[k] =
                        chance.nextBoolean()
                                ? SALT[chance.nextInt(SALT.length)]
                                : mutated[chance.nextInt(mutated.length)];
            }
            mutated = replaced(mutated, from, to, other);
        }
        return mutated;
    }

    private static byte[] replaced(byte[] line, int from, int to, byte[] other) {
        byte[] replaced = new byte[line.length - (to - from) + other.length];
        System.arraycopy(line, 0, replaced, 0, from);
        System.arraycopy(other, 0, replaced, from, other.length);
        System.arraycopy(line, to, replaced, from + other.length, line.length - to);
        return replaced;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String latin1(byte[] line) {
        return new String(line, StandardCharsets.ISO_8859_1);
    }
}
