package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Random;

class PacketsTest {
    private static final int LIMIT = 1000;

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "g $g#67",
                "? $?#3f",
                "vCont;s:p01.1b $vCont;s:p01.1b#84",
                "m10000,4 $m10000,4#be",
                "P2=1000 $P2=1000#80",
            })
    void aPacketIsItsTextBetweenSignsAndTheSumOfItsBytes(String text, String packet) {
        assertThat(Packets.encode(text)).isEqualTo(packet);
    }

    @Test
    void whatWouldEndOrBeginAPacketIsEscaped() {
        assertThat(Packets.encode("#$}*")).isEqualTo("$}\003}\004}]}\n#62");
        assertThat(Packets.decode("}\003}\004}]}\n", LIMIT)).isEqualTo("#$}*");
    }

    @ParameterizedTest
    @CsvSource({"0* , 0000", "a0*\"1, a0000001", "x*!, xxxxx", "*1, *1", "ab*, ab*"})
    void runsUnfold(String folded, String text) {
        assertThat(Packets.decode(folded.equals("0*") ? "0* " : folded, LIMIT)).isEqualTo(text);
    }

    @Test
    void noTextGrowsBeyondItsLimit() {
        assertThatThrownBy(() -> Packets.decode("0*~".repeat(LIMIT), LIMIT))
                .isInstanceOf(StubException.class)
                .hasMessageContaining("more than 1000 characters");
    }

    @Test
    void whatIsEncodedIsDecodedWhateverItsBytes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < LIMIT; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(random.nextInt(50), 0, 256).forEach(c -> text.append((char) c));
            String packet = Packets.encode(text.toString());
            String body = packet.substring(1, packet.length() - 3);
            assertThat(Packets.decode(body, LIMIT)).as("seed %d", seed).isEqualTo(text.toString());
        }
    }
}
