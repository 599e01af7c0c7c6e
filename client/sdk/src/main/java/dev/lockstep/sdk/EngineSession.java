package dev.lockstep.sdk;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;

import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.InputCost;
import dev.lockstep.protocol.RecordLayout;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One engine's seat in a run: says Hello, waits for the start, sends records under credit, asks or
 * reports inputs, announces the guest's end.
 *
 * <p>All methods belong to the engine's thread but {@link #goodbye} and {@link #close}. A thread of
 * the session's own hears the coordinator while the engine is busy. Every method that sends or
 * waits throws {@link SessionEndedException} once the run is over.
 */
public final class EngineSession implements RecordSink, Closeable {
    private static final Exit KILLED =
            Exit.newBuilder().setReason(ExitReason.EXIT_REASON_KILLED).build();

    /** Records in one batch at most, whatever the coordinator would take: they fit into a frame. */
    private static final int MAX_BATCH_RECORDS = 1 << 19;

    /** How often an engine that waits for itself says that it lives. */
    private static final long HEARTBEAT_MS = 1000;

    /** How long an engine waits until its account has arrived. */
    private static final long FAREWELL_MS = 5000;

    private final Role role;
    private final Line line;
    private final Inbox inbox;
    private final Welcome welcome;
    private final RecordBatch batch;
    private final EventOutbox events = new EventOutbox();

    private long nextStep;
    private long nextPc;
    private long sentRecords;
    private long sentInputBytes;
    private long askedInputs;

    /** The question that was sent and not answered yet, which may come again after a resumption. */
    private @Nullable InputCall pending;

    private boolean endSent;

    // The past.
    private boolean examining;
    private long epoch;

    /** Step up to which everything was sent: what is executed again before it is not sent again. */
    private long knownStep;

    private EngineSession(Hello hello, Line line, Inbox inbox, Welcome welcome) {
        role = hello.getRole();
        this.line = line;
        this.inbox = inbox;
        this.welcome = welcome;
        batch =
                new RecordBatch(
                        Math.toIntExact(welcome.getBatchRecordLimit()),
                        registerBytes(hello, welcome));
        batch.reset(welcome.getCredit().getRecordCount());
    }

    /** Does the same with a coordinator at a Unix socket. */
    public static EngineSession join(Path socket, Hello hello, Runnable onEnd) throws IOException {
        return join(CoordinatorAddress.of(socket), hello, onEnd);
    }

    /**
     * Connects, says Hello and waits until the run starts. When the connection breaks later and the
     * coordinator keeps this engine's place, the session goes on over another one; the engine sees
     * nothing of it.
     *
     * @param onEnd runs on a thread of its own when the coordinator halts this engine or goes away,
     *     so that an engine deep in a host call can be stopped
     * @throws IOException if nothing listens at {@code address}, or one side does not trust the
     *     other
     * @throws SessionEndedException if the coordinator refuses
     */
    public static EngineSession join(CoordinatorAddress address, Hello hello, Runnable onEnd)
            throws IOException {
        Line line = Line.connect(address);
        try {
            Hello said = hello.toBuilder().setReconnects(true).build();
            line.write(EngineFrame.newBuilder().setHello(said).build());
            Inbox inbox = new Inbox(line, onEnd);
            inbox.start();
            Welcome welcome = awaitWelcome(inbox, line);
            checkUsable(welcome);
            EngineSession session = new EngineSession(hello, line, inbox, welcome);
            inbox.setBeforeWaiting(session::sendEvents);
            return session;
        } catch (IOException | RuntimeException e) {
            line.close();
            throw e;
        }
    }

    private static int registerBytes(Hello hello, Welcome welcome) {
        return welcome.getStrength() == Strength.STRENGTH_REGISTERS
                ? hello.getRegistersList().stream()
                        .mapToInt(it -> (it.getBitCount() + Byte.SIZE - 1) / Byte.SIZE)
                        .sum()
                : 0;
    }

    private static Welcome awaitWelcome(Inbox inbox, Line line) throws IOException {
        try {
            return inbox.awaitWelcome();
        } catch (SessionEndedException e) {
            if (e.reason() == SessionEndedException.Cause.HALTED) {
                Goodbye goodbye = Goodbye.newBuilder().setExit(KILLED).build();
                line.write(EngineFrame.newBuilder().setGoodbye(goodbye).build());
            }
            throw e;
        }
    }

    /** What is not, an engine would fill its memory for. */
    private static void checkUsable(Welcome welcome) {
        long records = welcome.getBatchRecordLimit();
        if (records < 1 || records > MAX_BATCH_RECORDS) {
            throw new SessionEndedException(
                    SessionEndedException.Cause.LOST,
                    "batch_record_limit: %d, says the coordinator (expected: 1 to %d)"
                            .formatted(records, MAX_BATCH_RECORDS));
        }
    }

    /** Returns what was agreed at the start. */
    public Welcome welcome() {
        return welcome;
    }

    /**
     * Says where the guest starts; belongs before the first record.
     *
     * @param step steps before it: 0, unless the guest begins from a state
     */
    public void begin(long step, long pc) {
        nextStep = step;
        nextPc = pc;
    }

    /**
     * Waits for the next part of the state that the guest is to begin from; belongs before {@link
     * #begin} when {@link Welcome#getRestores} is set, until a part says that no more follow.
     */
    public Restore awaitRestore() {
        return inbox.awaitRestore();
    }

    /** Returns which states the coordinator wants of this engine. */
    public CaptureOrders captures() {
        return inbox.captures();
    }

    /** Tells a part of a state. Any thread may do so. */
    public void tell(CapturePart part) {
        inbox.checkRunning();
        try {
            // Of no epoch: a state is what it was, whatever became of the guest.
            line.write(EngineFrame.newBuilder().setCapturePart(part).build());
        } catch (IOException e) {
            throw new SessionEndedException(
                    SessionEndedException.Cause.LOST,
                    "connection to the coordinator lost: " + e.getMessage());
        }
    }

    /**
     * Returns what each engine of the other side reported last. Known in strict grain only, where
     * {@link #flush} returns after the verdict on it.
     */
    public List<PeerState> peers() {
        return inbox.peers();
    }

    /** Returns whether the coordinator wants events; if not, there must be none. */
    public boolean wantsEvents() {
        return welcome.getEvents();
    }

    /**
     * Tells what has happened to the guest. Events travel together: before this engine waits, and
     * with its records once the first of them is 50 ms old.
     *
     * @param event its index is greater than that of the last event of its thread
     * @throws IllegalStateException if nobody wants it
     */
    public void emit(Event event) {
        if (!wantsEvents()) {
            throw new IllegalStateException(
                    "event "
                            + event.getKind()
                            + " (expected: none, since Welcome.events is false)");
        }
        if (events.add(event)) {
            sendEvents();
        }
    }

    @Override
    public RecordBatch batch() {
        return batch;
    }

    /**
     * Sends the collected records and waits until there is credit for at least one more.
     *
     * @throws ExaminationRequestedException if the engine is to look at its past instead
     */
    @Override
    public void flush() {
        sendRecords();
        if (!examining) {
            inbox.checkNothingToExamine();
        }
        if (!batch.hasRoom()) {
            batch.reset(inbox.awaitRecordCredit(sentRecords));
        }
    }

    /**
     * Returns the step up to which all sides are known to agree: the engine need not go back
     * beyond.
     */
    public long agreedStep() {
        return inbox.agreedStep();
    }

    /**
     * Sends the collected records and waits for what another thread of this engine does, such as to
     * tell a state. Belongs at the end of a block; the coordinator knows meanwhile that this engine
     * lives.
     *
     * @throws ExaminationRequestedException if the engine is to look at its past first
     */
    public void await(CompletableFuture<?> event) {
        sendRecords(); // What is waited for may need what these bring about.
        while (!inbox.await(event, HEARTBEAT_MS)) {
            Heartbeat.Builder sign = Heartbeat.newBuilder().setStepCount(nextStep);
            send(EngineFrame.newBuilder().setHeartbeat(sign));
        }
    }

    /**
     * Waits for the next thing to examine. From the first one on until there are no more, records
     * are collected and forgotten, and the world is not to be asked.
     *
     * <p>Belongs after an {@link ExaminationRequestedException}, which every method that waits may
     * throw if the engine said in its Hello that it examines.
     *
     * @return null when there is no more: then {@link #resumption} says how to go on
     */
    public @Nullable Examine awaitExamine() {
        examining = true;
        batch.reset(Long.MAX_VALUE);
        return inbox.awaitExamine();
    }

    /** Returns how to go on after examining. */
    public Resume resumption() {
        return inbox.resumption();
    }

    /** Answers an Examine, or a part of it. */
    public void answer(Examination examination) {
        send(EngineFrame.newBuilder().setExamination(examination));
    }

    /**
     * The engine goes on from where it was at the end of something it reported; what it reported
     * beyond that comes again, and is not sent again.
     *
     * @param pc where it goes on
     */
    public void goBack(long step, long pc) {
        examining = false;
        knownStep = Math.max(knownStep, nextStep);
        nextStep = step;
        nextPc = pc;
        batch.reset(room());
    }

    /**
     * The engine goes on with a state that was given to it: what it reported beyond {@code step} is
     * void.
     *
     * @param step where the record begins that the state is in
     * @param pc of the first instruction of that record
     */
    public void goOnFrom(long step, long pc) {
        goBack(step, pc);
        knownStep = step;
        epoch++;
        sentRecords = 0;
        pending = null;
        endSent = false;
        inbox.startEpoch(epoch);
        batch.reset(room());
    }

    /**
     * Returns the answer of the world to a question: a subject receives the reference's, and in a
     * replay both sides what was recorded. Sends the records before it first. In strict grain the
     * reference waits until every subject has asked the same. When the other side has asked
     * something else at this place, the answer never comes: the coordinator sees the difference and
     * halts the engine.
     *
     * <p>A subject's writes come in while they are traversed, which is to be done once, before
     * anything else is asked of this session. A reference's are traversed here, and again by who
     * applies them.
     *
     * @param openDigest S of the steps since the last record
     * @param openTurns turns of the same
     * @param perform asks the world; called at most once, on this thread, and never for a subject
     *     or in a replay
     */
    public InputAnswer obtain(
            InputCall call, long openDigest, int openTurns, Supplier<InputAnswer> perform) {
        sendRecords();
        InputRequest question = toRequest(call, openDigest, openTurns);
        if (role == Role.ROLE_SUBJECT || replays()) {
            ask(call, question);
            InputAnswer answer = inbox.awaitAnswer(call);
            pending = null;
            return answer;
        }
        InputReport.Builder report = InputReport.newBuilder();
        if (welcome.getGrain() == Grain.GRAIN_STRICT) {
            ask(call, question);
            inbox.awaitPermission(askedInputs);
            pending = null;
        } else {
            report.setRequest(question);
        }
        InputAnswer answer = perform.get();
        InputParts.split(call, answer, part -> send(report, part));
        return answer;
    }

    /**
     * Asks once more what was answered before the engine was given another state. The answer is
     * known and does not come again.
     */
    public void askAgain(InputCall call, long openDigest, int openTurns) {
        sendRecords();
        askedInputs++;
        InputRequest question = toRequest(call, openDigest, openTurns);
        send(EngineFrame.newBuilder().setInputRequest(question));
    }

    /**
     * Returns whether this is a reference whose inputs were recorded: nobody performs them, so what
     * the guest prints is the engine's to show.
     */
    public boolean replays() {
        return role == Role.ROLE_REFERENCE && welcome.getReplay();
    }

    /** Returns whether this engine performs the inputs: a reference that does not repeat others. */
    public boolean performs() {
        return role == Role.ROLE_REFERENCE && !welcome.getReplay();
    }

    /** Sends a question, unless it was sent before the engine went back. */
    private void ask(InputCall call, InputRequest question) {
        if (!call.equals(pending)) {
            pending = call;
            askedInputs++;
            send(EngineFrame.newBuilder().setInputRequest(question));
        }
    }

    private void send(InputReport.Builder report, InputResult part) {
        inbox.awaitInputCredit(sentInputBytes);
        send(EngineFrame.newBuilder().setInputReport(report.setResult(part)));
        sentInputBytes += InputCost.bytes(part);
        report.clearRequest();
    }

    /** Tells the coordinator that this engine enters a call of its host that may take long. */
    public void enterHostCall(long number, long step) {
        sendRecords();
        sendEvents();
        Heartbeat.Builder sign = Heartbeat.newBuilder().setStepCount(step).setHostCall(number);
        send(EngineFrame.newBuilder().setHeartbeat(sign));
    }

    /**
     * Announces the guest's end and waits for the halt, after which only {@link #goodbye} is left.
     *
     * @return how the run came out, for people
     * @throws ExaminationRequestedException if the engine is to look at its past once more
     */
    public String end(GuestEnd end) {
        sendRecords();
        sendEvents();
        if (!endSent) {
            endSent = true;
            send(EngineFrame.newBuilder().setGuestEnd(end));
        }
        return inbox.awaitHalt();
    }

    /** Returns whether the engine was halted because a limit set by the user was reached. */
    public boolean limitReached() {
        return inbox.haltReason() == HaltReason.HALT_REASON_LIMIT;
    }

    /**
     * Gives the closing account, the last thing an engine says, and waits for a moment until it has
     * arrived, where the coordinator tells. Any thread may do so; the engine's own then finds the
     * session ended.
     */
    public void goodbye(Goodbye goodbye) {
        inbox.expectClose();
        sendEvents();
        send(EngineFrame.newBuilder().setGoodbye(goodbye));
        line.awaitArrival(FAREWELL_MS);
    }

    @Override
    public void close() throws IOException {
        inbox.expectClose();
        line.close();
    }

    private InputRequest toRequest(InputCall call, long openDigest, int openTurns) {
        OpenRecord open =
                OpenRecord.newBuilder()
                        .setFirstStep(nextStep)
                        .setFirstPc(call.step() == nextStep ? call.pc() : nextPc)
                        .setStepCount(call.step() - nextStep)
                        .setDigest(openDigest)
                        .setTurns(openTurns)
                        .build();
        return InputRequest.newBuilder()
                .setStep(call.step())
                .setPc(call.pc())
                .setNumber(call.number())
                .addAllArguments(call.arguments())
                .setOutputBytes(call.outputBytes())
                .setOutputDigest(call.outputDigest())
                .setOpenRecord(open)
                .build();
    }

    private void sendEvents() {
        events.take().ifPresent(taken -> send(EngineFrame.newBuilder().setEventBatch(taken)));
    }

    private void sendRecords() {
        if (events.isDue()) {
            sendEvents(); // First: who watches sees what was asked before what came of it.
        }
        int size = batch.sizeBytes();
        if (size > 0 && !examining) {
            int known = skipKnown(size);
            if (known < size) {
                sendRecords(known, size - known);
            }
        }
        batch.reset(room());
    }

    /** Passes the records that were sent before the engine went back; returns their bytes. */
    private int skipKnown(int size) {
        int end = 0;
        while (end < size && nextStep < knownStep) {
            advance(rows(end, RecordLayout.SIZE_BYTES));
            end += RecordLayout.SIZE_BYTES;
        }
        return end;
    }

    private void sendRecords(int from, int size) {
        int count = size / RecordLayout.SIZE_BYTES;
        if (inbox.recordCredit() < sentRecords + count) {
            inbox.awaitRecordCredit(sentRecords + count - 1); // Only after it went back.
        }
        dev.lockstep.proto.v1.RecordBatch.Builder records =
                dev.lockstep.proto.v1.RecordBatch.newBuilder()
                        .setFirstStep(nextStep)
                        .setFirstPc(nextPc)
                        .setRecords(UnsafeByteOperations.unsafeWrap(batch.rows(), from, size))
                        .setRegisters(registers(from / RecordLayout.SIZE_BYTES, count));
        send(EngineFrame.newBuilder().setRecordBatch(records));
        sentRecords += count;
        advance(rows(from, size));
    }

    private ByteString registers(int first, int count) {
        int bytes = batch.registerBytes();
        return UnsafeByteOperations.unsafeWrap(batch.registers(), first * bytes, count * bytes);
    }

    /** Returns how many records may be collected: of those that are known already, any number. */
    private long room() {
        boolean free = examining || nextStep < knownStep;
        return free ? Long.MAX_VALUE : inbox.recordCredit() - sentRecords;
    }

    private ByteBuffer rows(int from, int size) {
        return ByteBuffer.wrap(batch.rows(), from, size).slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    private void advance(ByteBuffer rows) {
        int end = rows.limit();
        for (int row = 0; row < end; row += RecordLayout.SIZE_BYTES) {
            nextStep += Integer.toUnsignedLong(rows.getInt(row + RecordLayout.STEPS_OFFSET));
        }
        nextPc = rows.getLong(end - RecordLayout.SIZE_BYTES + RecordLayout.NEXT_PC_OFFSET);
    }

    private void send(EngineFrame.Builder frame) {
        inbox.checkRunning();
        try {
            line.write(frame.setEpoch(epoch).build());
        } catch (IOException e) {
            // It failed since the coordinator closed, which has said why before it did.
            throw inbox.awaitEnd();
        }
    }
}
