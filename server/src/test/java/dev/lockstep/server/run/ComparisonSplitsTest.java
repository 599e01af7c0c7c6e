package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

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

    private void compare(Random random, Guest reference, Guest subject) throws ProtocolException {
        Deque<Item> left = items(random, reference);
        Deque<Item> right = items(random, subject);
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
