package dev.lockstep.server.control;

import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.feed.Cursor;
import dev.lockstep.server.feed.News;

import io.grpc.stub.ServerCallStreamObserver;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Executor;

/**
 * One watch: sends what its cursor finds, as long as the client takes it. Runs on the thread of the
 * services, but for {@link #run}, by which the feed wakes it.
 */
final class Watcher implements Runnable {
    private final ServerCallStreamObserver<WatchDivergencesResponse> call;
    private final Executor thread;
    private @Nullable Cursor cursor;

    Watcher(ServerCallStreamObserver<WatchDivergencesResponse> call, Executor thread) {
        this.call = call;
        this.thread = thread;
        call.setOnReadyHandler(this::send);
        call.setOnCancelHandler(this::end);
    }

    void begin(Cursor from, WatchDivergencesResponse first) {
        cursor = from;
        guard(() -> {
            call.onNext(first);
            sendAll();
        });
    }

    @Override
    public void run() {
        thread.execute(this::send);
    }

    private void send() {
        guard(this::sendAll);
    }

    /** A watch that fails is over, and its client is told: nobody would ever wake it again. */
    private void guard(Runnable sending) {
        try {
            sending.run();
        } catch (RuntimeException e) {
            end();
            call.onError(Reply.status(e));
        }
    }

    /** Sends until there is nothing more, or the client is behind; either will call again. */
    private void sendAll() {
        Cursor from = cursor;
        while (from != null && call.isReady()) {
            News news = from.next();
            if (news != null) {
                call.onNext(NewsMessages.of(news));
            } else {
                if (from.atEnd()) {
                    end();
                    call.onCompleted();
                }
                return;
            }
        }
    }

    private void end() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
