package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Verdict;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Connections that come to nothing do not keep those away that come to something. */
@Timeout(60)
class StrangersIT {
    private static final int MANY = 500;
    private static final int MEBIBYTE = 1 << 20;

    @TempDir Path directory;

    private final List<RawEngine> strangers = new ArrayList<>();
    private StandingServer standing;

    @BeforeEach
    void start() {
        standing = StandingServer.start(directory);
    }

    @AfterEach
    void stop() throws IOException {
        for (RawEngine stranger : strangers) {
            stranger.close();
        }
        standing.close();
    }

    @Test
    void fiveHundredThatSayNothingHoldNobodyUp() throws Exception {
        for (int i = 0; i < MANY; i++) {
            come();
        }
        assertThatARunComesToItsVerdict();
        assertThat(strangers.getFirst().receive().getError().getText())
                .contains("connections have no place yet (expected: at most 256");
    }

    @Test
    void hundredsOfHalvesOfTheLongestHelloDoNotFillTheCoordinator() throws Exception {
        ByteBuffer half = ByteBuffer.allocate(3 * MEBIBYTE).order(ByteOrder.LITTLE_ENDIAN);
        half.putInt(0, 4 * MEBIBYTE);
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            refused += sends(come(), half.duplicate()) ? 0 : 1;
        }
        System.out.println(refused + " were refused in the middle");
        assertThatARunComesToItsVerdict();
    }

    private void assertThatARunComesToItsVerdict() throws Exception {
        standing.play("r1", 100, true);
        assertThat(standing.watch("r1", 0, RunEvent::hasEnded).getLast().getEnded().getVerdict())
                .isEqualTo(Verdict.VERDICT_MATCH);
    }

    private RawEngine come() throws IOException {
        RawEngine stranger = RawEngine.connect(standing.server.engineSocket(), "stranger");
        strangers.add(stranger);
        return stranger;
    }

    private static boolean sends(RawEngine stranger, ByteBuffer bytes) {
        try {
            stranger.sendBytes(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
