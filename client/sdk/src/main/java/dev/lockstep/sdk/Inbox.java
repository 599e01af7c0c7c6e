package dev.lockstep.sdk;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.Welcome;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * What has come from the coordinator and not been used yet. A daemon thread reads; the engine's
 * thread waits here. Bounded by the peer: answers are limited by the input credit it gives the
 * reference.
 */
final class Inbox {
    /** How long a broken connection may take to be noticed by the reader too. */
    private static final long LAST_WORDS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FrameChannel channel;
    private final Runnable onEnd;

    // Guarded by this.
    private final Deque<InputResult> answers = new ArrayDeque<>();
    private @Nullable Welcome welcome;
    private long recordCredit;
    private long inputCredit;
    private @Nullable SessionEndedException ended;
    private boolean closing;

    Inbox(FrameChannel channel, Runnable onEnd) {
        this.channel = channel;
        this.onEnd = onEnd;
    }

    void start() {
        Thread reader = new Thread(this::readAll, "lockstep-session");
        reader.setDaemon(true);
        reader.start();
    }

    synchronized Welcome awaitWelcome() {
        awaitThat(() -> welcome != null);
        return Objects.requireNonNull(welcome);
    }

    synchronized long recordCredit() {
        return recordCredit;
    }

    /** Waits until more than {@code sent} records are granted; returns how many more. */
    synchronized long awaitRecordCredit(long sent) {
        awaitThat(() -> recordCredit > sent);
        return recordCredit - sent;
    }

    /**
     * Waits until more than {@code sent} bytes of input are granted. The last input may overshoot.
     */
    synchronized void awaitInputCredit(long sent) {
        awaitThat(() -> inputCredit > sent);
    }

    /** Waits for the answer to {@code call}; an answer to another question is left alone. */
    synchronized InputAnswer awaitAnswer(InputCall call) {
        List<InputResult> parts = new ArrayList<>();
        do {
            awaitThat(() -> answers(call));
            parts.add(answers.remove());
        } while (parts.get(parts.size() - 1).getMore());
        return InputParts.join(parts);
    }

    private boolean answers(InputCall call) {
        InputResult next = answers.peek();
        return next != null && next.getStep() == call.step() && next.getNumber() == call.number();
    }

    /** Waits until the coordinator halts the engine. */
    synchronized void awaitHalt() {
        try {
            awaitThat(() -> false);
        } catch (SessionEndedException e) {
            if (e.reason() != SessionEndedException.Cause.HALTED) {
                throw e;
            }
        }
    }

    /** Throws unless the run is on or this engine is saying goodbye. */
    synchronized void checkRunning() {
        if (ended != null && !closing) {
            throw ended;
        }
    }

    /** From now on the end of the connection is no news. */
    synchronized void expectClose() {
        closing = true;
    }

    /**
     * Returns the exception for a connection that broke while writing. What the coordinator said
     * before it closed may still be on its way through the reader, and says more.
     */
    synchronized SessionEndedException lost(IOException cause) {
        long deadline = System.nanoTime() + LAST_WORDS_NANOS;
        while (ended == null && !closing) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (millis <= 0) {
                break;
            }
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        if (ended != null) {
            return ended;
        }
        return new SessionEndedException(
                SessionEndedException.Cause.LOST,
                "connection to the coordinator lost: " + cause.getMessage());
    }

    /** Waits, with the monitor held, until the condition is true or the session has ended. */
    private void awaitThat(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (ended != null) {
                throw ended;
            }
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SessionEndedException(
                        SessionEndedException.Cause.LOST,
                        "interrupted while waiting for the coordinator");
            }
        }
    }

    private void readAll() {
        try {
            while (receive(CoordinatorFrame.parseFrom(channel.read()))) {
                // Every frame is handled by receive.
            }
        } catch (IOException e) {
            end(
                    SessionEndedException.Cause.LOST,
                    "connection to the coordinator lost: " + e.getMessage());
        }
    }

    /** Takes one frame; returns whether more may follow. */
    private boolean receive(CoordinatorFrame frame) {
        switch (frame.getBodyCase()) {
            case WELCOME -> receive(frame.getWelcome());
            case CREDIT -> receive(frame.getCredit());
            case INPUT_RESULT -> receive(frame.getInputResult());
            case HALT -> end(SessionEndedException.Cause.HALTED, frame.getHalt().getText());
            case ERROR -> end(SessionEndedException.Cause.REFUSED, frame.getError().getText());
            case BODY_NOT_SET ->
                    end(
                            SessionEndedException.Cause.LOST,
                            "the coordinator sent a frame without a body");
        }
        return frame.hasWelcome() || frame.hasCredit() || frame.hasInputResult();
    }

    private synchronized void receive(Welcome message) {
        welcome = message;
        receive(message.getCredit());
    }

    private synchronized void receive(Credit credit) {
        recordCredit = Math.max(recordCredit, credit.getRecordCount());
        inputCredit = Math.max(inputCredit, credit.getInputBytes());
        notifyAll();
    }

    private synchronized void receive(InputResult result) {
        answers.add(result);
        notifyAll();
    }

    private void end(SessionEndedException.Cause cause, String text) {
        synchronized (this) {
            if (closing) {
                return;
            }
            ended = new SessionEndedException(cause, text);
            notifyAll();
        }
        onEnd.run();
    }
}
