package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.server.run.Guest.Block;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A comparison that goes on after a divergence. */
class TrackingTest extends ComparisonHarness {
    private static final int[] TENS = {0, 10, 20, 30, 40, 50, 60, 70, 80};

    private final Guest guest = Guest.random(1, 80);

    @BeforeEach
    void track() {
        compare(spec().policy(Policy.TRACK));
    }

    @Test
    void equalAgainMeansEqualAgain() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(guest.withWrongDigest(25).batch(TENS), guest.end());

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::step, Divergence::block)
                .containsExactly("digest", 20L, 2L);
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(comparison.compared()).isEqualTo(new Compared(70, 7, 0, 7, 1, 1, 0));
        assertThat(notes).isEmpty();
    }

    @Test
    void aBlockThatStartsElsewhereIsNotBlamedForTheOneBeforeIt() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(guest.withWrongPc(29).batch(TENS), guest.end());

        assertThat(divergence().field()).isEqualTo("next_pc");
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void distancesAreCountedInPairsOfBlocks() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(
                guest.withWrongDigest(25).withWrongDigest(35).withWrongDigest(61).batch(TENS),
                guest.end());

        assertThat(divergences)
                .extracting(Divergence::block, Divergence::distance)
                .containsExactly(tuple(2L, 0L), tuple(3L, 1L), tuple(6L, 3L));
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void theThirdInARowGivesUp() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(
                guest.withWrongDigest(25).withWrongDigest(35).withWrongDigest(45).batch(TENS),
                guest.end());

        assertThat(divergences).hasSize(3);
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(notes)
                .containsExactly(
                        "recomp was given up after 3 divergences: they follow one another");
    }

    @Test
    void theLimitGivesUp() throws ProtocolException {
        compare(spec().policy(new Policy(Policy.OnDivergence.TRACK, 2)));
        reference(guest.batch(TENS), guest.end());
        subject(guest.withWrongDigest(25).withWrongDigest(65).batch(TENS), guest.end());

        assertThat(divergences).hasSize(2);
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(notes).singleElement().asString().contains("as many as are allowed");
    }

    @Test
    void aLastBlockThatDiffersIsNoRecovery() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(guest.withWrongDigest(75).batch(TENS), guest.end());

        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void aFinalStateThatDiffersIsNoRecovery() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(
                guest.withWrongDigest(25).batch(TENS),
                guest.end().toBuilder().setRegisterDigest(9).build());

        assertThat(divergences).extracting(Divergence::field).containsExactly("digest", "state");
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(comparison.compared().registers()).isZero();
    }

    @Test
    void unequalBoundariesAreStillNoDifference() throws ProtocolException {
        reference(guest.batch(0, 7, 20, 33, 40, 80), guest.end());
        subject(guest.withWrongDigest(25).batch(0, 20, 25, 30, 40, 80), guest.end());

        assertThat(divergence().step()).isEqualTo(20);
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void sidesThatNeverMeetAgainAreGivenUp() throws ProtocolException {
        List<Block> even = new ArrayList<>(List.of(new Block(0, 0, 1, 0)));
        List<Block> odd = new ArrayList<>(List.of(new Block(0, 0, 2, 0)));
        even.addAll(Collections.nCopies(StepPairing.JOIN_LIMIT_RECORDS + 1, new Block(0, 0, 2, 0)));
        odd.addAll(Collections.nCopies(StepPairing.JOIN_LIMIT_RECORDS + 1, new Block(0, 0, 2, 0)));
        reference(Guest.batch(0, 0, even));
        subject(Guest.batch(0, 0, odd));

        assertThat(divergence().field()).isEqualTo("steps");
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(notes).singleElement().asString().contains("no common step within 4096 blocks");
    }

    @Test
    void anInputWithOtherArgumentsIsForcedAllTheSame() throws ProtocolException {
        InputRequest question = guest.question(10, 14);
        reference(guest.batch(0, 10), question, guest.batch(10, 15, 80), guest.end());
        subject(
                guest.batch(0, 10),
                question.toBuilder().setArguments(1, 0x3000).build(),
                guest.batch(10, 15, 80),
                guest.end());

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::step)
                .containsExactly("input", 14L);
        assertThat(comparison.passedInputs()).isEqualTo(1);
        assertThat(comparison.compared().inputs()).isZero();
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void aBlockThatDiffersBeforeItsInputIsOneDivergence() throws ProtocolException {
        Guest wrong = guest.withWrongDigest(12);
        reference(guest.batch(0, 10), guest.question(10, 14), guest.batch(10, 15, 80), guest.end());
        subject(wrong.batch(0, 10), wrong.question(10, 14), wrong.batch(10, 15, 80), wrong.end());

        assertThat(divergence())
                .extracting(Divergence::field, Divergence::step)
                .containsExactly("digest", 10L);
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void anInputOfAnotherNumberCannotBeForced() throws ProtocolException {
        InputRequest question = guest.question(10, 14);
        reference(guest.batch(0, 10), question);
        subject(guest.batch(0, 10), question.toBuilder().setNumber(64).build());

        assertThat(divergence().field()).isEqualTo("input");
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(notes).singleElement().asString().contains("cannot be forced");
    }

    @Test
    void anInputAtAnotherStepCannotBeForced() throws ProtocolException {
        reference(guest.batch(0, 10), guest.question(10, 14));
        subject(guest.batch(0, 10), guest.question(10, 12));

        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(notes).singleElement().asString().contains("cannot be forced");
    }

    @Test
    void aSideThatGoesOnAloneIsGivenUp() throws ProtocolException {
        reference(guest.batch(0, 20), guest.end().toBuilder().setStepCount(20).build());
        subject(guest.batch(0, 20, 30));

        assertThat(divergence().field()).isEqualTo("exit");
        assertThat(notes).singleElement().asString().contains("one side has ended");
    }

    @Test
    void anotherEntryIsOneDivergence() throws ProtocolException {
        reference(guest.batch(TENS), guest.end());
        subject(
                Guest.batch(0, 0x20000, List.of(guest.record(0, 10))),
                guest.batch(10, 20, 80),
                guest.end());

        assertThat(divergence().field()).isEqualTo("pc");
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void everyBlockThatDiffersIsFoundAndNoOther(long seed) throws ProtocolException {
        Random random = new Random(seed);
        Guest right = Guest.random(seed, 400);
        Guest wrong = right;
        List<Long> expected = new ArrayList<>();
        for (int block = random.nextInt(4); block < 39; block += 2 + random.nextInt(6)) {
            wrong = wrong.withWrongDigest(block * 10 + random.nextInt(10));
            expected.add((long) block);
        }
        feedBlockByBlock(random, right, wrong);

        assertThat(divergences).extracting(Divergence::block).isEqualTo(expected);
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
        assertThat(comparison.compared().blocks()).isEqualTo(40 - expected.size());
    }

    /** Feeds blocks of ten steps, one or several a batch, in any order of the sides. */
    private void feedBlockByBlock(Random random, Guest right, Guest wrong)
            throws ProtocolException {
        int left = 0;
        int other = 0;
        while (left < 400 || other < 400) {
            if (other == 400 || (left < 400 && random.nextBoolean())) {
                left = feed(random, right, left, true);
            } else {
                other = feed(random, wrong, other, false);
            }
        }
        both(right.end());
    }

    private int feed(Random random, Guest which, int from, boolean isReference)
            throws ProtocolException {
        int count = Math.min(1 + random.nextInt(5), (400 - from) / 10);
        int[] boundaries = new int[count + 1];
        for (int i = 0; i <= count; i++) {
            boundaries[i] = from + 10 * i;
        }
        if (isReference) {
            reference(which.batch(boundaries));
        } else {
            subject(which.batch(boundaries));
        }
        return from + 10 * count;
    }
}
