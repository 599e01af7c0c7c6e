package dev.lockstep.gdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.gdb.PacketReader.Unit;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class PacketReaderTest {
    private final PacketReader reader = new PacketReader();

    private List<Unit> read(String bytes) {
        List<Unit> units = new ArrayList<>();
        for (byte next : bytes.getBytes(StandardCharsets.ISO_8859_1)) {
            Unit unit = reader.accept(next);
            if (unit != null) {
                units.add(unit);
            }
        }
        return units;
    }

    @Test
    void acknowledgementsAndPacketsComeInOrder() {
        assertThat(read("+$OK#9a-$#00"))
                .containsExactly(
                        new Unit.Acknowledgement(true),
                        new Unit.Packet("OK"),
                        new Unit.Acknowledgement(false),
                        new Unit.Packet(""));
    }

    @Test
    void aWrongSumIsDamage() {
        assertThat(read("$OK#9b$OK#zz")).containsOnly(new Unit.Damaged());
    }

    @Test
    void aPacketThatBeginsAnewReplacesTheBeginning() {
        assertThat(read("$T05thr$T05#b9")).containsExactly(new Unit.Packet("T05"));
    }

    @Test
    void notificationsAreSkipped() {
        assertThat(read("%Stop:T05#aa$OK#9a")).containsExactly(new Unit.Packet("OK"));
    }

    @Test
    void aPeerThatIsNoStubIsNotListenedToForLong() {
        assertThatThrownBy(() -> read("HTTP/1.1 400 Bad Request\n".repeat(200)))
                .isInstanceOf(StubException.class)
                .hasMessageContaining("expected: a GDB stub");
    }

    @Test
    void aPacketWithoutEndIsNotKeptForEver() {
        assertThatThrownBy(() -> read("$" + "0".repeat(PacketReader.MAX_PACKET_CHARS + 1)))
                .isInstanceOf(StubException.class)
                .hasMessageContaining("more than 1048576 characters");
    }

    @Test
    void noiseIsPacketsOrRefusedAndNothingElse() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        byte[] noise = new byte[1 << 16];
        random.nextBytes(noise);
        try {
            for (byte next : noise) {
                reader.accept(next);
            }
        } catch (StubException e) {
            assertThat(e).as("seed %d", seed).hasMessageContaining("stub");
        }
    }
}
