package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class DistanceTrackerTest {
    /** The plugin's own way: a log as a list, walked at every divergence. */
    private static final class ListModel {
        private static final class Entry {
            final @Nullable Entry next;

            Entry(@Nullable Entry next) {
                this.next = next;
            }
        }

        private @Nullable Entry log;
        private boolean diverged;
        private @Nullable Entry head;
        private long distance;

        /** Returns the distance of a divergence in the next block, which is not logged yet. */
        long diverge() {
            distance = diverged ? walk() : 0;
            diverged = true;
            head = log;
            return distance;
        }

        void log() {
            log = new Entry(log);
        }

        private long walk() {
            long count = 0;
            Entry entry = log;
            while (entry != null && entry != head && entry.next != null) {
                entry = entry.next;
                count++;
            }
            return count;
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void agreesWithAWalkOverTheWholeLog(long seed) {
        Random random = new Random(seed);
        DistanceTracker tracker = new DistanceTracker();
        ListModel model = new ListModel();
        long last = 0;
        int rarity = 1 + random.nextInt(6);
        for (int block = 1; block <= 500; block++) {
            if (random.nextInt(rarity) == 0) {
                tracker.diverge();
                long expected = model.diverge();
                assertThat(tracker.distance()).as("block %d", block).isEqualTo(expected);
                assertThat(tracker.gaveUp()).isEqualTo(expected == 1 && last == 1);
                last = expected;
            }
            tracker.pass(1);
            model.log();
        }
    }

    @Test
    void manyPairsMayBePassedAtOnce() {
        DistanceTracker tracker = new DistanceTracker();
        tracker.pass(1_000_000);
        tracker.diverge();
        tracker.pass(5_000_000_000L);
        tracker.diverge();

        assertThat(tracker.distance()).isEqualTo(5_000_000_000L);
        assertThat(tracker.count()).isEqualTo(2);
        assertThat(tracker.gaveUp()).isFalse();
    }
}
