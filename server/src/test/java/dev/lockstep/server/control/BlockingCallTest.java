package dev.lockstep.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.control.BlockingCall.Answer;
import dev.lockstep.server.events.DamagedLogException;
import dev.lockstep.server.files.TemporaryFile;
import dev.lockstep.server.run.ConfigException;

import io.grpc.Status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A call is answered whatever becomes of it, and its status says whose turn it is. */
@Timeout(20)
class BlockingCallTest {
    private final CallThreads threads = new CallThreads("Test", 1);

    @Test
    void anErrorIsAnAnswerAndByThenThereIsRoomForTheNextCall() {
        for (int i = 0; i < 100; i++) {
            assertThat(
                            statusOf(() -> {
                                throw new OutOfMemoryError("not really");
                            }))
                    .isEqualTo(Status.Code.INTERNAL);
        }
    }

    @Test
    void damageIsNoMissingCoordinator() {
        assertThat(
                        statusOf(() -> {
                            throw new DamagedLogException("damaged at byte 5");
                        }))
                .isEqualTo(Status.Code.DATA_LOSS);
        assertThat(
                        statusOf(() -> {
                            throw new IOException("no such device");
                        }))
                .isEqualTo(Status.Code.INTERNAL);
    }

    @Test
    void aFullDiskIsNoMistakeOfTheClients() {
        assertThat(
                        statusOf(() -> {
                            throw TemporaryFile.noRoom(Path.of("tmp"), new IOException("full"));
                        }))
                .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(
                        statusOf(() -> {
                            throw new ConfigException("no log");
                        }))
                .isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    private Status.Code statusOf(Answer answer) {
        Client client = new Client();
        BlockingCall<String> call = new BlockingCall<>(client);
        call.answer(threads, answer);
        return Status.fromThrowable(client.failure.join()).getCode();
    }

    /** A client that only hears of failures. */
    private static final class Client extends SilentObserver<String> {
        private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

        @Override
        public void onError(Throwable error) {
            failure.complete(error);
        }
    }
}
