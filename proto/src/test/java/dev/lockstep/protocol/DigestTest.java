package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Random;

class DigestTest {
    /** Repeat a failure by putting its seed here. */
    private static final long SEED = 20261120;

    @Test
    void joiningIsIndependentOfWhereAStretchIsCut() {
        Random random = new Random(SEED);
        for (int round = 0; round < 1000; round++) {
            long a = random.nextLong();
            long b = random.nextLong();
            long c = random.nextLong();
            int turnsB = random.nextInt(5);
            int turnsC = random.nextInt(5000);
            long left = Digest.join(Digest.join(a, b, turnsB), c, turnsC);
            long right = Digest.join(a, Digest.join(b, c, turnsC), turnsB + turnsC);
            assertThat(left).as("seed %d, round %d", SEED, round).isEqualTo(right);
        }
    }

    @Test
    void swappingTwoValuesOfOneStretchChangesTheDigest() {
        long one = effect(0x1000, 10, 5) + effect(0x1004, 11, 7);
        long other = effect(0x1000, 10, 7) + effect(0x1004, 11, 5);
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void flippingTheTopBitOfTwoValuesDoesNotCancel() {
        long top = 1L << 63;
        long one = effect(0x1000, 10, 5) + effect(0x1004, 11, 7);
        long other = effect(0x1000, 10, 5 ^ top) + effect(0x1004, 11, 7 ^ top);
        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void aValueOfZeroCounts() {
        assertThat(effect(0x1000, 10, 0)).isNotZero();
    }

    @Test
    void theSameStoreInAnotherWidthCountsDifferently() {
        long value = Digest.mixStore(0x2000, 1);
        long word = value * Digest.constant(0x1000, Digest.storeSlot(4));
        long doubleWord = value * Digest.constant(0x1000, Digest.storeSlot(8));
        assertThat(word).isNotEqualTo(doubleWord);
    }

    @Test
    void backwardAndIndirectTransfersTurnAndForwardDirectOnesDoNot() {
        assertThat(Digest.turns(false, 0x1000, 0x1004)).isFalse();
        assertThat(Digest.turns(false, 0x1000, 0x1000)).isTrue();
        assertThat(Digest.turns(false, 0x1000, 0xFFC)).isTrue();
        assertThat(Digest.turns(true, 0x1000, 0x2000)).isTrue();
    }

    private static long effect(long pc, int slot, long value) {
        return Digest.mix(value) * Digest.constant(pc, slot);
    }
}
