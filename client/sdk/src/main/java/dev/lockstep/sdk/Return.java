package dev.lockstep.sdk;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Reconnect;
import dev.lockstep.proto.v1.Ticket;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The way of an engine back to its place after its connection broke.
 *
 * @param receivedCount counted frames that have come from the coordinator
 * @param sent what the coordinator may lack
 * @param givenUp whether nobody wants to come back any more
 */
record Return(
        CoordinatorAddress address,
        Ticket ticket,
        long receivedCount,
        SentFrames sent,
        BooleanSupplier givenUp) {
    private static final long FIRST_PAUSE_MS = 10;
    private static final long LONGEST_PAUSE_MS = 500;

    /** How long one attempt may take: what is in the way may be gone with the next one. */
    private static final long ATTEMPT_MS = 5_000;

    /**
     * Tries again and again, for as long as the place is kept.
     *
     * @param why how the connection broke
     * @return a connection over which the coordinator has been sent all it lacks
     * @throws IOException if there is no way back
     */
    FrameChannel make(IOException why) throws IOException {
        long start = System.nanoTime();
        String last = String.valueOf(why.getMessage());
        long pauseMs = FIRST_PAUSE_MS;
        while (!givenUp.getAsBoolean()) {
            long leftMs =
                    ticket.getGraceMs() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (leftMs <= 0) {
                throw new IOException(
                        "%s; no way back within %d ms: %s"
                                .formatted(why.getMessage(), ticket.getGraceMs(), last),
                        why);
            }
            try {
                return tryOnce(Math.min(leftMs, ATTEMPT_MS));
            } catch (BadFrameException | InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                last = String.valueOf(e.getMessage());
            }
            pause(Math.min(pauseMs, leftMs));
            pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        }
        throw why;
    }

    private FrameChannel tryOnce(long limitMs) throws IOException {
        FrameChannel fresh = FrameChannel.connect(address, limitMs);
        try {
            fresh.limitSilence(limitMs);
            fresh.write(
                    EngineFrame.newBuilder()
                            .setReconnect(
                                    Reconnect.newBuilder()
                                            .setToken(ticket.getToken())
                                            .setReceivedCount(receivedCount))
                            .build());
            takeAnswer(CoordinatorFrame.parseFrom(fresh.read()));
            for (byte[] frame : sent.unacknowledged()) {
                fresh.write(frame);
            }
            return fresh;
        } catch (IOException e) {
            fresh.close();
            throw e;
        }
    }

    private void takeAnswer(CoordinatorFrame answer) throws IOException {
        if (answer.getError().getCode() == ErrorCode.ERROR_CODE_NO_ROOM) {
            throw new IOException(answer.getError().getText()); // There may be in a moment.
        }
        if (answer.hasError()) {
            throw new BadFrameException(answer.getError().getText());
        }
        if (!answer.hasReconnected()) {
            throw new BadFrameException(
                    answer.getBodyCase() + " in answer to Reconnect (expected: Reconnected)");
        }
        sent.acknowledge(answer.getReconnected().getReceivedCount());
    }

    private static void pause(long ms) throws InterruptedIOException {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }
}
