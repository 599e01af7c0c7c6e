package dev.lockstep.server.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Divergence;
import dev.lockstep.server.run.Progress;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

class FeedTest {
    private static final int CAPACITY = 8;
    private static final Interest ALL = new Interest("", false);
    private static final Interest WITH_PROGRESS = new Interest("", true);

    private final AtomicInteger wakes = new AtomicInteger();
    private long nowNanos;
    private final Feed feed = new Feed(InstantSource.system(), () -> nowNanos, CAPACITY);

    @Test
    void positionsRiseByOneFromOne() {
        publish("a", 3);
        assertThat(positions(readAll(watch(ALL, 0)))).containsExactly(1L, 2L, 3L);
        assertThat(feed.newestPosition()).isEqualTo(3);
        assertThat(feed.oldestPosition()).isEqualTo(1);
    }

    @Test
    void aWatcherThatComesLateIsToldHowManyAreGone() {
        publish("a", CAPACITY + 5);
        List<News> read = readAll(watch(ALL, 0));
        assertThat(read.getFirst()).isEqualTo(new News.Dropped(5));
        assertThat(positions(read)).hasSize(CAPACITY).startsWith(6L).endsWith(CAPACITY + 5L);
    }

    @Test
    void aWatcherThatStopsReadingHoldsNothingUpAndLosesTheOldest() {
        Cursor cursor = watch(ALL, 0);
        publish("a", 2);
        readAll(cursor);
        publish("a", 100_000);
        assertThat(wakes).hasValue(1);
        List<News> read = readAll(cursor);
        assertThat(read.getFirst()).isEqualTo(new News.Dropped(100_000 - CAPACITY));
        assertThat(positions(read)).hasSize(CAPACITY).endsWith(100_002L);
    }

    @Test
    void aWatcherIsWokenOnceForWhatItHasNotSeen() {
        Cursor cursor = watch(ALL, 0);
        assertThat(cursor.next()).isNull();
        publish("a", 3);
        assertThat(wakes).hasValue(1);
        readAll(cursor);
        publish("a", 1);
        assertThat(wakes).hasValue(2);
    }

    @Test
    void aWatcherOfOneRunIsNotTroubledByOthers() {
        Cursor cursor = watch(new Interest("b", true), 0);
        assertThat(cursor.next()).isNull();
        publish("a", 3 * CAPACITY);
        feed.progressed("a", progress(1));
        assertThat(wakes).hasValue(0);
        publish("b", 1);
        assertThat(readAll(cursor))
                .singleElement()
                .isInstanceOfSatisfying(
                        News.Happened.class,
                        it -> assertThat(it.position()).isEqualTo(3 * CAPACITY + 1));
    }

    @Test
    void progressIsToldOnceASecondToThoseWhoAskAndConsumesNoPosition() {
        Cursor cursor = watch(WITH_PROGRESS, 0);
        Cursor other = watch(ALL, 0);
        feed.progressed("a", progress(1));
        nowNanos = Duration.ofMillis(999).toNanos();
        feed.progressed("a", progress(2));
        assertThat(readAll(cursor)).containsExactly(new News.Progressed("a", progress(1)));
        nowNanos = Duration.ofSeconds(1).toNanos();
        feed.progressed("a", progress(3));
        feed.progressed("b", progress(4));
        assertThat(readAll(cursor))
                .containsExactly(
                        new News.Progressed("a", progress(3)),
                        new News.Progressed("b", progress(4)));
        assertThat(readAll(other)).isEmpty();
        assertThat(feed.newestPosition()).isZero();
    }

    @Test
    void asManyWatchersAsMayBeAreServedAndAForgottenOneMakesRoom() {
        List<Cursor> cursors = new ArrayList<>();
        for (int i = 0; i < Feed.MAX_WATCHERS; i++) {
            cursors.add(watch(ALL, 0));
        }
        assertThat(feed.watch(ALL, 0, wakes::incrementAndGet)).isEmpty();
        cursors.getFirst().close();
        assertThat(feed.watch(ALL, 0, wakes::incrementAndGet)).isPresent();
    }

    @Test
    void aClosedFeedIsReadToItsEnd() {
        Cursor behind = watch(ALL, 0);
        Cursor waiting = watch(ALL, 0);
        assertThat(waiting.next()).isNull();
        publish("a", 2);
        readAll(waiting);
        feed.close();
        assertThat(wakes).hasValue(2);
        assertThat(waiting.atEnd()).isTrue();
        assertThat(behind.atEnd()).isFalse();
        assertThat(positions(readAll(behind))).containsExactly(1L, 2L);
        assertThat(behind.atEnd()).isTrue();
    }

    @RepeatedTest(20)
    void whoResumesFromItsLastPositionMissesAndRepeatsNothing() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Long> seen = new ArrayList<>();
        long dropped = 0;
        Cursor cursor = watch(ALL, 0);
        for (int round = 0; round < 500; round++) {
            publish("a", random.nextInt(CAPACITY * 3 / 2));
            for (int reads = random.nextInt(CAPACITY * 2); reads > 0; reads--) {
                dropped += note(cursor.next(), seen);
            }
            if (random.nextInt(4) == 0) {
                cursor.close();
                cursor = watch(ALL, seen.isEmpty() ? 0 : seen.getLast());
                // What it was told to have missed since that event, it will be told again.
                dropped = seen.isEmpty() ? 0 : seen.getLast() - seen.size();
            }
        }
        for (News news : readAll(cursor)) {
            dropped += note(news, seen);
        }
        assertThat(seen).as("seed %d", seed).isSorted().doesNotHaveDuplicates();
        assertThat(seen.size() + dropped).as("seed %d", seed).isEqualTo(feed.newestPosition());
    }

    private static long note(@Nullable News news, List<Long> seen) {
        return switch (news) {
            case null -> 0;
            case News.Happened it -> {
                seen.add(it.position());
                yield 0;
            }
            case News.Dropped it -> it.eventCount();
            case News.Progressed it -> throw new AssertionError(it);
        };
    }

    private void publish(String run, int count) {
        for (int i = 0; i < count; i++) {
            feed.publish(
                    new RunEvent.Diverged(
                            1,
                            run,
                            i + 1,
                            new Divergence("e", i, 0, "digest", "1", "2", null, 0, i)));
        }
    }

    private Cursor watch(Interest interest, long position) {
        return feed.watch(interest, position, wakes::incrementAndGet).orElseThrow();
    }

    private static Progress progress(long elapsedMs) {
        return new Progress(elapsedMs, Compared.NOTHING, List.of());
    }

    private static List<News> readAll(Cursor cursor) {
        List<News> read = new ArrayList<>();
        for (News news = cursor.next(); news != null; news = cursor.next()) {
            read.add(news);
        }
        return read;
    }

    private static List<Long> positions(List<News> news) {
        return news.stream()
                .filter(News.Happened.class::isInstance)
                .map(it -> ((News.Happened) it).position())
                .toList();
    }
}
