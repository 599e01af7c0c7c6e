package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** However both sides cut the same guest into blocks and batches, and whoever is first. */
class ComparisonSplitsTest extends ComparisonHarness {
    private static final int STEPS = 400;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void equalGuestsMatch(long seed) throws ProtocolException {
        Random random = new Random(seed);
        Guest guest = Guest.random(seed, STEPS);
        compare(random, guest, guest);

        assertThat(divergences).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.agreedStep()).isEqualTo(STEPS);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void aWrongStepIsFoundAndNothingBeforeItIsBlamed(long seed) throws ProtocolException {
        Random random = new Random(seed);
        Guest guest = Guest.random(seed, STEPS);
        int wrongStep = random.nextInt(STEPS);
        compare(random, guest, guest.withWrongDigest(wrongStep));

        Divergence divergence = divergence();
        assertThat(divergence.field()).isEqualTo("digest");
        assertThat(divergence.step()).isBetween(0L, (long) wrongStep);
        assertThat(comparison.agreedStep()).isEqualTo(divergence.step());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void nothingIsComparedThatStartsBeyondTheLimitHoweverItIsSent(long seed)
            throws ProtocolException {
        Random random = new Random(seed);
        int[] boundaries = boundaries(random);
        long limit = 1L + random.nextInt(STEPS - 50);
        int end = Arrays.stream(boundaries).filter(step -> step >= limit).min().orElseThrow();
        Guest guest = Guest.random(seed, STEPS);
        for (Profile profile : Profile.builtIn()) {
            compare(spec().profile(profile).window(new Window(null, 0, limit)));
            feed(
                    random,
                    batches(random, guest, boundaries),
                    batches(random, guest.withWrongPc(end + 1), boundaries));

            assertThat(divergences).isEmpty();
            assertThat(comparison.agreedStep()).isEqualTo(end);
            assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        }
    }

    private static int[] boundaries(Random random) {
        return IntStream.concat(
                        IntStream.range(0, STEPS).filter(i -> i == 0 || random.nextInt(5) == 0),
                        IntStream.of(STEPS))
                .toArray();
    }

    /** Returns the same blocks, in batches as chance has it. */
    private static Deque<Item> batches(Random random, Guest guest, int[] boundaries)
            throws ProtocolException {
        Deque<Item> items = new ArrayDeque<>();
        for (int from = 0; from < boundaries.length - 1; ) {
            int to = Math.min(boundaries.length - 1, from + 1 + random.nextInt(30));
            items.add(Rows.of(guest.batch(Arrays.copyOfRange(boundaries, from, to + 1))));
            from = to;
        }
        return items;
    }

    private void compare(Random random, Guest reference, Guest subject) throws ProtocolException {
        feed(random, items(random, reference), items(random, subject));
    }

    private void feed(Random random, Deque<Item> left, Deque<Item> right) {
        while (!left.isEmpty() || !right.isEmpty()) {
            if (right.isEmpty() || (!left.isEmpty() && random.nextBoolean())) {
                comparison.addReference(left.remove());
            } else {
                comparison.addSubject(right.remove());
            }
        }
    }

    /** Cuts a guest at random; at a hundredth of the steps it asks, wherever the block stands. */
    private static Deque<Item> items(Random random, Guest guest) throws ProtocolException {
        Deque<Item> items = new ArrayDeque<>();
        List<Integer> boundaries = new ArrayList<>(List.of(0));
        for (int step = 1; step <= STEPS; step++) {
            if (step % 100 == 50) {
                flush(items, guest, boundaries);
                items.add(new Item.Input(guest.question(boundaries.getFirst(), step)));
            }
            if (step == STEPS || random.nextInt(5) == 0) {
                boundaries.add(step);
            }
            if (random.nextInt(30) == 0) {
                flush(items, guest, boundaries);
            }
        }
        flush(items, guest, boundaries);
        items.add(new Item.End(guest.end()));
        return items;
    }

    private static void flush(Deque<Item> items, Guest guest, List<Integer> boundaries)
            throws ProtocolException {
        if (boundaries.size() > 1) {
            items.add(Rows.of(guest.batch(boundaries.stream().mapToInt(i -> i).toArray())));
            int last = boundaries.getLast();
            boundaries.clear();
            boundaries.add(last);
        }
    }
}
