package dev.lockstep.sdk;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Halt;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.InputCost;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLException;

/**
 * What has come from the coordinator and not been used yet. The engine's thread reads it while it
 * waits, which spares waking another; when it has been away for a while, a daemon thread reads.
 * Answers are bounded by the input credit that the coordinator gives the reference.
 */
final class Inbox {
    /** How long the engine's thread is away before another reads for it. */
    private static final long ABSENCE_MS = 20;

    /** Answers and parts of a state that may wait here while the engine does not read. */
    private static final long MAX_WAITING_BYTES = 32 << 20;

    private final Line line;
    private final Runnable onEnd;

    // Guarded by this.
    private final Deque<InputResult> answers = new ArrayDeque<>();
    private long answerBytes;
    private final Map<String, PeerState> peers = new LinkedHashMap<>();
    private @Nullable Welcome welcome;
    private long recordCredit;
    private long inputCredit;
    private long permittedInputs;
    private long agreedStep;
    private long epoch;
    private @Nullable Credit early;

    /** What the coordinator asks of the past: it waits for each answer, so there are few. */
    private final Deque<CoordinatorFrame> orders = new ArrayDeque<>();

    private final CaptureOrders captures = new CaptureOrders();

    /** Parts of the state to begin from. */
    private final Deque<Restore> restoration = new ArrayDeque<>();

    private long restorationBytes;

    private Resume resumption = Resume.getDefaultInstance();

    /** Whether the engine is looking at its past, so that it waits for nothing else. */
    private boolean examining;

    private @Nullable SessionEndedException ended;
    private HaltReason haltReason = HaltReason.HALT_REASON_UNSPECIFIED;
    private boolean closing;

    /** What the engine's thread does before it waits for what has not come yet. */
    private Runnable beforeWaiting = () -> {};

    // Who reads, guarded by this as well.
    private boolean reading;
    private boolean engineWaits;
    private long waitCount;

    Inbox(Line line, Runnable onEnd) {
        this.line = line;
        this.onEnd = onEnd;
    }

    void start() {
        start(this::attend, "lockstep-session");
    }

    private static void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Sets what the engine's thread is to do, on that thread, before it waits. */
    void setBeforeWaiting(Runnable action) {
        beforeWaiting = action;
    }

    Welcome awaitWelcome() {
        awaitThat(() -> welcome != null);
        return Objects.requireNonNull(welcome);
    }

    synchronized long recordCredit() {
        return recordCredit;
    }

    synchronized long agreedStep() {
        return agreedStep;
    }

    /**
     * Begins to count records anew.
     *
     * @param newEpoch the one after the present one
     */
    synchronized void startEpoch(long newEpoch) {
        epoch = newEpoch;
        recordCredit = early == null ? 0 : early.getRecordCount();
        early = null;
    }

    /** Throws if the coordinator asks of the past. */
    synchronized void checkNothingToExamine() {
        if (!examining && !orders.isEmpty()) {
            throw new ExaminationRequestedException();
        }
    }

    /** Waits for the next question of the past; returns null when there are no more. */
    @Nullable Examine awaitExamine() {
        beginExamining();
        awaitThat(() -> !orders.isEmpty());
        return takeOrder();
    }

    private synchronized void beginExamining() {
        examining = true;
    }

    private synchronized @Nullable Examine takeOrder() {
        CoordinatorFrame order = orders.remove();
        if (order.hasExamine()) {
            return order.getExamine();
        }
        examining = false;
        resumption = order.getResume();
        return null;
    }

    /** Returns what the last examination ended with. */
    synchronized Resume resumption() {
        return resumption;
    }

    CaptureOrders captures() {
        return captures;
    }

    /** Waits for the next part of the state to begin from. */
    Restore awaitRestore() {
        awaitThat(() -> !restoration.isEmpty());
        return takeRestore();
    }

    private synchronized Restore takeRestore() {
        Restore part = restoration.remove();
        restorationBytes -= part.getSerializedSize();
        return part;
    }

    synchronized List<PeerState> peers() {
        return List.copyOf(peers.values());
    }

    /** Waits until more than {@code sent} records are granted; returns how many more. */
    long awaitRecordCredit(long sent) {
        awaitThatOrExamine(() -> recordCredit > sent);
        return recordCredit() - sent;
    }

    /**
     * Waits until more than {@code sent} bytes of input are granted. The last input may overshoot.
     */
    void awaitInputCredit(long sent) {
        awaitThat(() -> inputCredit > sent);
    }

    /** Waits until {@code count} inputs in total may be performed. */
    void awaitPermission(long count) {
        awaitThatOrExamine(() -> permittedInputs >= count);
    }

    /**
     * Waits for the answer to {@code call}, whose further parts are waited for when its writes are
     * traversed; an answer to another question is left alone.
     */
    InputAnswer awaitAnswer(InputCall call) {
        awaitThatOrExamine(() -> answers(call));
        InputResult first = takeAnswer();
        return new InputAnswer(first.getValue(), new IncomingWrites(first, () -> awaitPart(call)));
    }

    private InputResult awaitPart(InputCall call) {
        awaitThat(() -> answers(call));
        return takeAnswer();
    }

    private boolean answers(InputCall call) {
        InputResult next = answers.peek();
        return next != null && next.getStep() == call.step() && next.getNumber() == call.number();
    }

    private synchronized InputResult takeAnswer() {
        InputResult part = answers.remove();
        answerBytes -= InputCost.bytes(part);
        return part;
    }

    /** Waits until the coordinator halts the engine; returns what it says. */
    String awaitHalt() {
        SessionEndedException end = awaitEndOrExamine();
        if (end.reason() != SessionEndedException.Cause.HALTED) {
            throw end;
        }
        return String.valueOf(end.getMessage());
    }

    /** Returns why the coordinator halted the engine, if it did. */
    synchronized HaltReason haltReason() {
        return haltReason;
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
        notifyAll();
    }

    /**
     * Reads to the end of a connection that broke while writing, and returns the exception for it:
     * what the coordinator said before it closed says more.
     */
    SessionEndedException awaitEnd() {
        try {
            awaitThat(() -> false);
        } catch (SessionEndedException end) {
            return end;
        }
        throw new IllegalStateException("waited for what never becomes true");
    }

    /**
     * Waits for what another thread of this engine does, but no longer than a while; where the
     * engine can be sent into its past.
     *
     * @return whether it is done
     */
    boolean await(CompletableFuture<?> event, long patienceMs) {
        var unused = event.whenComplete((result, failure) -> wake());
        beforeWaiting.run();
        return awaitWhileOthersRead(event, patienceMs);
    }

    private synchronized void wake() {
        notifyAll();
    }

    /** Leaves reading to the attendant, for who reads cannot be woken by another thread. */
    private synchronized boolean awaitWhileOthersRead(CompletableFuture<?> event, long patienceMs) {
        long startNanos = System.nanoTime();
        long leftMs = patienceMs;
        notifyAll(); // The attendant begins to read.
        try {
            while (!isTrue(event::isDone) && leftMs > 0) {
                checkNothingToExamine();
                wait(leftMs);
                long passedNanos = System.nanoTime() - startNanos;
                leftMs = patienceMs - TimeUnit.NANOSECONDS.toMillis(passedNanos);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        }
        return event.isDone();
    }

    private SessionEndedException awaitEndOrExamine() {
        try {
            awaitThatOrExamine(() -> false);
        } catch (SessionEndedException end) {
            return end;
        }
        throw new IllegalStateException("waited for what never becomes true");
    }

    /** Waits where the engine can be sent into its past: nothing has been done in part. */
    private void awaitThatOrExamine(BooleanSupplier condition) {
        awaitThat(() -> {
            boolean value = condition.getAsBoolean();
            if (!value) {
                checkNothingToExamine();
            }
            return value;
        });
    }

    /**
     * Waits on the engine's thread until the condition is true or the session has ended.
     *
     * @param condition evaluated with the monitor held
     */
    private void awaitThat(BooleanSupplier condition) {
        if (!isTrue(condition)) {
            beforeWaiting.run();
        }
        if (!takesReading(condition)) {
            return;
        }
        try {
            do {
                readFrame();
            } while (!isTrue(condition));
        } finally {
            stopReading();
        }
    }

    /** Returns whether the engine's thread is to read, because the condition is not true yet. */
    private synchronized boolean takesReading(BooleanSupplier condition) {
        waitCount++;
        engineWaits = true;
        try {
            while (!isTrue(condition) && reading) {
                wait();
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            engineWaits = false;
        }
        if (isTrue(condition)) {
            return false;
        }
        reading = true;
        return true;
    }

    private static SessionEndedException interrupted() {
        Thread.currentThread().interrupt();
        return new SessionEndedException(
                SessionEndedException.Cause.LOST, "interrupted while waiting for the coordinator");
    }

    private synchronized boolean isTrue(BooleanSupplier condition) {
        boolean value = condition.getAsBoolean();
        if (!value && ended != null) {
            throw ended;
        }
        return value;
    }

    private synchronized void stopReading() {
        reading = false;
    }

    /** Reads when the engine does not, and tells of the end. */
    private void attend() {
        try {
            while (awaitAbsence()) {
                readDuringAbsence();
            }
            if (endedByPeer()) {
                // It may take as long as the engine's leave, which waits for what is read here.
                start(onEnd, "lockstep-end");
            }
            takeLastReading();
            line.drain();
        } catch (InterruptedException e) {
            // Nobody interrupts a thread that nobody knows; were it so, it would be to end it.
            Thread.currentThread().interrupt();
        }
    }

    /** The others stop reading when they notice that there is no more to come for the engine. */
    private synchronized void takeLastReading() throws InterruptedException {
        while (reading) {
            wait(ABSENCE_MS);
        }
        reading = true;
    }

    /** Waits until nobody has read for a while; returns false when there is no more to read. */
    private synchronized boolean awaitAbsence() throws InterruptedException {
        long seen;
        do {
            seen = waitCount;
            wait(ABSENCE_MS);
        } while (!over() && (reading || waitCount != seen || isFull()));
        if (over()) {
            return false;
        }
        reading = true;
        return true;
    }

    private void readDuringAbsence() {
        try {
            do {
                readFrame();
            } while (!engineReturned());
        } finally {
            handReadingOver();
        }
    }

    private synchronized void handReadingOver() {
        reading = false;
        notifyAll();
    }

    private synchronized boolean engineReturned() {
        return engineWaits || isFull() || over();
    }

    /**
     * Returns whether more is here than the input credit permits: then the engine is just taking
     * the parts of a long answer, or of a state, and needs nobody to read for it.
     */
    private boolean isFull() {
        return answerBytes + restorationBytes > MAX_WAITING_BYTES;
    }

    private boolean over() {
        return ended != null || closing;
    }

    private synchronized boolean endedByPeer() {
        return ended != null && !closing;
    }

    private void readFrame() {
        try {
            receive(line.read());
        } catch (SSLException e) {
            // In TLS 1.3 the coordinator looks at a certificate when its engine thinks all is done.
            end(
                    SessionEndedException.Cause.REFUSED,
                    "the coordinator does not trust this engine: " + e.getMessage());
        } catch (IOException e) {
            end(
                    SessionEndedException.Cause.LOST,
                    "connection to the coordinator lost: " + e.getMessage());
        }
    }

    /** Takes what came; nothing that can come does more harm than to end the session. */
    synchronized void receive(CoordinatorFrame frame) {
        switch (frame.getBodyCase()) {
            case WELCOME -> {
                welcome = frame.getWelcome();
                receive(frame.getEpoch(), welcome.getCredit());
            }
            case CREDIT -> receive(frame.getEpoch(), frame.getCredit());
            case INPUT_RESULT -> receive(frame.getInputResult());
            case PEER_STATE -> peers.put(frame.getPeerState().getName(), frame.getPeerState());
            case EXAMINE, RESUME -> receiveOrder(frame);
            case CAPTURE, PAGES_WANTED, CAPTURE_DONE -> captures.receive(frame);
            case RESTORE -> receive(frame.getRestore());
            case HALT -> receive(frame.getHalt());
            case ERROR -> end(SessionEndedException.Cause.REFUSED, frame.getError().getText());
            case TICKET, RECONNECTED, ACK, BODY_NOT_SET ->
                    end(
                            SessionEndedException.Cause.LOST,
                            "the coordinator sent " + frame.getBodyCase() + " at a wrong time");
        }
    }

    private void receiveOrder(CoordinatorFrame frame) {
        orders.add(frame);
        notifyAll();
    }

    private void receive(InputResult part) {
        answers.add(part);
        answerBytes += InputCost.bytes(part);
    }

    private void receive(Restore part) {
        restoration.add(part);
        restorationBytes += part.getSerializedSize();
    }

    private void receive(long creditEpoch, Credit credit) {
        agreedStep = Math.max(agreedStep, credit.getAgreedStep());
        if (creditEpoch > epoch) {
            early = credit; // The engine has not yet come to the epoch that this is for.
        } else if (creditEpoch == epoch) {
            recordCredit = Math.max(recordCredit, credit.getRecordCount());
        }
        inputCredit = Math.max(inputCredit, credit.getInputBytes());
        permittedInputs = Math.max(permittedInputs, credit.getInputCount());
    }

    private void receive(Halt halt) {
        haltReason = halt.getReason();
        end(SessionEndedException.Cause.HALTED, halt.getText());
    }

    private synchronized void end(SessionEndedException.Cause cause, String text) {
        if (ended == null) {
            ended = new SessionEndedException(cause, text);
            captures.end();
            notifyAll();
        }
    }
}
