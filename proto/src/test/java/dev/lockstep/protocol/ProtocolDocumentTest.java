package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Holds docs/protocol.md against the code: what a third party computes from the page is what we
 * compute.
 */
class ProtocolDocumentTest {
    private static final Path PAGE = Path.of("../docs/protocol.md");
    private static final Pattern VECTOR =
            Pattern.compile("\\| `(\\w+)\\(([^)]*)\\)` \\| 0x(\\p{XDigit}{16}) \\|");

    @TestFactory
    List<DynamicTest> everyTestVectorOfThePageHolds() throws IOException {
        List<MatchResult> vectors = VECTOR.matcher(Files.readString(PAGE)).results().toList();
        assertThat(vectors).hasSizeGreaterThan(10);
        return vectors.stream()
                .map(vector ->
                        DynamicTest.dynamicTest(
                                vector.group(),
                                () ->
                                        assertThat(evaluate(vector))
                                                .isEqualTo(number("0x" + vector.group(3)))))
                .toList();
    }

    @Test
    void thePageStatesTheConstants() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("OFFSET  = 0x" + hex(Digest.OFFSET), "TURN    = 0x" + hex(Digest.TURN))
                .contains("ADDRESS = 0x" + hex(Digest.ADDRESS))
                .contains("`" + Protocol.RULES + "`", "`" + sha256(Protocol.RULES) + "`");
    }

    private static String sha256(String text) {
        try {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The frame that the page takes apart is the golden one. */
    @Test
    void theFrameOnThePageIsTheGoldenOne() throws IOException {
        String shown =
                Pattern.compile("(?m)^ *((?:[0-9a-f]{2})+(?: (?:[0-9a-f]{2})+)*)  +[a-z]")
                        .matcher(Files.readString(PAGE))
                        .results()
                        .map(line -> line.group(1).replace(" ", ""))
                        .collect(Collectors.joining());
        Path golden = Path.of("src/main/proto/lockstep/v1/golden/engine-record-batch.hex");

        assertThat(shown).isEqualTo(Files.readString(golden).replace("\n", ""));
    }

    private static long evaluate(MatchResult vector) {
        List<Long> arguments =
                Pattern.compile(", ")
                        .splitAsStream(vector.group(2))
                        .map(ProtocolDocumentTest::number)
                        .toList();
        return switch (vector.group(1)) {
            case "mix" -> Digest.mix(arguments.get(0));
            case "mixStore" -> Digest.mixStore(arguments.get(0), arguments.get(1));
            case "constant" -> Digest.constant(arguments.get(0), arguments.get(1).intValue());
            case "join" -> Digest.join(arguments.get(0), arguments.get(1), arguments.get(2));
            default -> throw new AssertionError("unknown function: " + vector.group(1));
        };
    }

    private static long number(String text) {
        return text.startsWith("0x")
                ? Long.parseUnsignedLong(text.substring(2), 16)
                : Long.parseLong(text);
    }

    private static String hex(long value) {
        return String.format("%016X", value);
    }
}
