package dev.lockstep.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.feed.Cursor;
import dev.lockstep.server.feed.Feed;
import dev.lockstep.server.feed.Interest;

import io.grpc.Status;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Instant;
import java.time.InstantSource;

class WatcherTest {
    private final Feed feed = new Feed(InstantSource.fixed(Instant.EPOCH), () -> 0);

    @Test
    void aWatchThatFailsIsOverAndItsClientIsTold() {
        for (int i = 0; i < 2 * Feed.MAX_WATCHERS; i++) {
            Broken call = new Broken();
            Watcher watcher = new Watcher(call, Runnable::run);
            Cursor cursor = feed.watch(new Interest("", false), 0, watcher).orElseThrow();
            watcher.begin(cursor, NewsMessages.started(feed));

            assertThat(call.failure).isNotNull();
            assertThat(Status.fromThrowable(call.failure).getCode())
                    .isEqualTo(Status.Code.INTERNAL);
        }
    }

    /** A call that takes no message. */
    private static final class Broken extends SilentObserver<WatchDivergencesResponse> {
        @Nullable Throwable failure;

        @Override
        public void onNext(WatchDivergencesResponse message) {
            throw new IllegalStateException("no room for " + message.getNewsCase());
        }

        @Override
        public void onError(Throwable error) {
            failure = error;
        }
    }
}
