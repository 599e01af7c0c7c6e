package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

/**
 * An engine's place in a run: holds the engine to the protocol and keeps its account. What the
 * engine reports goes on to the {@link Run}, which decides.
 */
public final class Place {
    private final Run run;
    private final EngineSpec spec;
    private final Allowance records = new Allowance(Bounds.RECORD_WINDOW);
    private final Allowance inputs = new Allowance(Bounds.INPUT_WINDOW_BYTES);

    private @Nullable Hello hello;
    private @Nullable EngineLink link;
    private boolean started;
    private long heardNanos;
    private boolean inHostCall;

    private boolean moved;
    private long step;
    private long pc;
    private @Nullable GuestEnd end;
    private @Nullable Goodbye goodbye;

    // The reference's side of the inputs: the one whose parts are still coming.
    private Item.@Nullable Input openInput;
    // A subject's side of the inputs.
    private long inputsAsked;
    private long inputsDelivered;
    private long inputBytesWritten;

    Place(Run run, EngineSpec spec) {
        this.run = run;
        this.spec = spec;
    }

    /** Takes a frame of the engine. A frame that breaks the protocol costs the engine its place. */
    public void receive(EngineFrame frame) {
        if (link == null) {
            return;
        }
        try {
            accept(frame);
        } catch (ProtocolException e) {
            expel(e);
        }
    }

    /** Throws the engine out for what it did. */
    public void expel(ProtocolException reason) {
        if (link != null) {
            link.refuse(reason.code(), reason.text());
            link = null;
            run.lost(this, "broke the protocol: " + reason.text());
        }
    }

    /** Takes note that the connection is gone. */
    public void vanish(String how) {
        if (link != null) {
            link = null;
            run.lost(this, "vanished: " + how);
        }
    }

    void occupy(Hello newHello, EngineLink newLink) {
        hello = newHello;
        link = newLink;
    }

    /** Gives the connection up without a word; the caller has its own. */
    void vacate() {
        link = null;
    }

    EngineSpec spec() {
        return spec;
    }

    String name() {
        return spec.name();
    }

    long step() {
        return step;
    }

    /** Returns the introduction of the engine, or null when it never came. */
    @Nullable Hello hello() {
        return hello;
    }

    boolean connected() {
        return link != null;
    }

    void start(Welcome.Builder welcome, long nowNanos) {
        started = true;
        heardNanos = nowNanos;
        if (link != null) {
            link.welcome(welcome.setCredit(credit(0)).build());
        }
    }

    /** Raises the credit to what the comparison has consumed, if that is worth a frame. */
    void grant(long agreedStep, long consumedRecords, long consumedInputBytes) {
        boolean moreRecords = records.raise(consumedRecords);
        boolean moreInputs = inputs.raise(consumedInputBytes);
        if ((moreRecords || moreInputs) && link != null) {
            link.credit(credit(agreedStep));
        }
    }

    /** Passes an input, or a part of one, of the reference on to this subject. */
    void deliver(InputResult part) {
        if (!part.getMore()) {
            inputsDelivered++;
        }
        if (link != null) {
            long costBytes = costBytes(part);
            link.input(
                    part,
                    () -> {
                        inputBytesWritten += costBytes;
                        run.grant();
                    });
        }
    }

    /** Returns the cost of the inputs that have left for this subject. */
    long inputBytesWritten() {
        return inputBytesWritten;
    }

    void halt(HaltReason reason, String text) {
        if (link != null) {
            link.halt(reason, text);
        }
    }

    void close() {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    /** Returns how long this engine has owed a frame; 0 when the next move is not its own. */
    long idleNanos(long nowNanos) {
        if (!owesFrame()) {
            heardNanos = nowNanos;
        }
        return nowNanos - heardNanos;
    }

    EngineReport report() {
        Exit exit = goodbye != null && goodbye.hasExit() ? goodbye.getExit() : null;
        if (end != null) {
            exit = end.getExit();
        }
        return new EngineReport(
                spec.name(),
                spec.role(),
                hello != null,
                goodbye == null ? step : goodbye.getStepCount(),
                goodbye == null ? records.used() : goodbye.getBlockCount(),
                exit == null ? null : EngineReport.Exit.of(exit),
                goodbye == null ? null : goodbye.getElapsedMs(),
                goodbye == null || goodbye.getPeakRssBytes() == 0
                        ? null
                        : goodbye.getPeakRssBytes());
    }

    private boolean owesFrame() {
        boolean waitsForCredit = records.exhausted() || (isReference() && inputs.exhausted());
        boolean waitsForInput = inputsAsked > inputsDelivered;
        return started
                && link != null
                && end == null
                && !inHostCall
                && !waitsForCredit
                && !waitsForInput;
    }

    private boolean isReference() {
        return spec.role() == Role.REFERENCE;
    }

    private Credit credit(long agreedStep) {
        return Credit.newBuilder()
                .setAgreedStep(agreedStep)
                .setRecordCount(records.granted())
                .setInputBytes(isReference() ? inputs.granted() : 0)
                .build();
    }

    private void accept(EngineFrame frame) throws ProtocolException {
        if (frame.getHart() != 0 || frame.getEpoch() != 0) {
            throw ProtocolException.badFrame(
                    "hart %d, epoch %d (expected: 0, 0)"
                            .formatted(frame.getHart(), frame.getEpoch()));
        }
        heardNanos = run.nowNanos();
        inHostCall = false;
        switch (frame.getBodyCase()) {
            case HELLO ->
                    throw ProtocolException.badFrame("Hello (expected: once, as first frame)");
            case BODY_NOT_SET -> throw ProtocolException.badFrame("a frame without a body");
            case HEARTBEAT -> accept(frame.getHeartbeat());
            case GOODBYE -> accept(frame.getGoodbye());
            case RECORD_BATCH, INPUT_REQUEST, INPUT_REPORT, GUEST_END -> acceptEvidence(frame);
        }
    }

    private void acceptEvidence(EngineFrame frame) throws ProtocolException {
        if (!started || end != null) {
            throw ProtocolException.badFrame(
                    "%s %s"
                            .formatted(
                                    frame.getBodyCase(),
                                    started ? "after GUEST_END" : "before Welcome"));
        }
        if (run.over()) {
            return;
        }
        switch (frame.getBodyCase()) {
            case RECORD_BATCH -> accept(Rows.of(frame.getRecordBatch()));
            case INPUT_REQUEST -> accept(frame.getInputRequest());
            case INPUT_REPORT -> accept(frame.getInputReport());
            case GUEST_END -> accept(frame.getGuestEnd());
            case HELLO, HEARTBEAT, GOODBYE, BODY_NOT_SET ->
                    throw new IllegalStateException("no evidence: " + frame.getBodyCase());
        }
    }

    private void accept(Heartbeat heartbeat) {
        inHostCall = heartbeat.hasHostCall();
    }

    private void accept(Goodbye account) {
        goodbye = account;
        close();
        run.left(this);
    }

    private void accept(Rows rows) throws ProtocolException {
        checkContinues("RecordBatch", rows.firstStep(), rows.firstPc());
        records.use(rows.count());
        if (records.overdrawn()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_CREDIT_EXCEEDED,
                    "records: %d sent (expected: at most the %d granted)"
                            .formatted(records.used(), records.granted()));
        }
        step = rows.endStep();
        pc = rows.endPc();
        moved = true;
        run.arrived(this, rows);
    }

    private void accept(InputRequest question) throws ProtocolException {
        if (isReference()) {
            throw ProtocolException.badFrame("InputRequest of a reference (expected: InputReport)");
        }
        checkQuestion(question);
        inputsAsked++;
        if (inputsAsked > inputsDelivered + 1) {
            throw ProtocolException.badFrame("InputRequest before the last one was answered");
        }
        run.arrived(this, new Item.Input(question));
    }

    private void accept(InputReport report) throws ProtocolException {
        if (!isReference()) {
            throw ProtocolException.badFrame("InputReport of a subject (expected: InputRequest)");
        }
        payForPart(report.getResult());
        if (report.hasRequest() != (openInput == null)) {
            throw ProtocolException.badFrame(
                    "InputReport with a request in the midst of a result, or without one at its"
                            + " start");
        }
        if (report.hasRequest()) {
            checkQuestion(report.getRequest());
        }
        Item.Input input = openInput == null ? new Item.Input(report.getRequest()) : openInput;
        checkAnswers(report.getResult(), input.question());
        input.extendTo(inputs.used());
        openInput = report.getResult().getMore() ? input : null;
        run.forward(report.getResult());
        if (report.hasRequest()) {
            run.arrived(this, input);
        } else {
            run.grant();
        }
    }

    private void accept(GuestEnd account) throws ProtocolException {
        if (account.getStepCount() < step || openInput != null) {
            throw ProtocolException.badFrame(
                    "GuestEnd at step %d (expected: >= %d, and no input half told)"
                            .formatted(account.getStepCount(), step));
        }
        end = account;
        run.arrived(this, new Item.End(account));
    }

    private void payForPart(InputResult part) throws ProtocolException {
        if (inputs.exhausted()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_CREDIT_EXCEEDED,
                    "input bytes: %d sent (expected: no more before the grant of %d is raised)"
                            .formatted(inputs.used(), inputs.granted()));
        }
        long costBytes = costBytes(part);
        if (costBytes > Protocol.INPUT_OVERHEAD_BYTES + Protocol.MAX_INPUT_PART_BYTES) {
            throw ProtocolException.badFrame(
                    "InputResult: %d bytes of guest memory (expected: at most %d in one part)"
                            .formatted(
                                    costBytes - Protocol.INPUT_OVERHEAD_BYTES,
                                    Protocol.MAX_INPUT_PART_BYTES));
        }
        inputs.use(costBytes);
    }

    private void checkQuestion(InputRequest question) throws ProtocolException {
        if (question.getArgumentsCount() > Bounds.INPUT_ARGUMENTS) {
            throw ProtocolException.badFrame(
                    "InputRequest.arguments: %d (expected: at most %d)"
                            .formatted(question.getArgumentsCount(), Bounds.INPUT_ARGUMENTS));
        }
        OpenRecord open = question.getOpenRecord();
        if (question.hasOpenRecord()) {
            checkContinues("OpenRecord", open.getFirstStep(), open.getFirstPc());
        }
        if (question.getStep() != step + open.getStepCount()) {
            throw ProtocolException.badFrame(
                    "InputRequest.step: %d (expected: %d, the end of the open record)"
                            .formatted(question.getStep(), step + open.getStepCount()));
        }
    }

    private static void checkAnswers(InputResult result, InputRequest question)
            throws ProtocolException {
        if (result.getStep() != question.getStep() || result.getNumber() != question.getNumber()) {
            throw ProtocolException.badFrame(
                    "InputResult of call %d at step %d (expected: call %d at step %d, as asked)"
                            .formatted(
                                    result.getNumber(),
                                    result.getStep(),
                                    question.getNumber(),
                                    question.getStep()));
        }
    }

    /**
     * Checks that a stretch starts where the engine's last record ended. The guest's entry is free.
     */
    private void checkContinues(String what, long firstStep, long firstPc)
            throws ProtocolException {
        if (firstStep != step || (moved && firstPc != pc)) {
            throw ProtocolException.badFrame(
                    "%s: starts at step %d, pc %s (expected: step %d, pc %s)"
                            .formatted(
                                    what,
                                    firstStep,
                                    Difference.hex(firstPc),
                                    step,
                                    moved ? Difference.hex(pc) : "any"));
        }
    }

    private static long costBytes(InputResult part) {
        long bytes = Protocol.INPUT_OVERHEAD_BYTES;
        for (MemoryWrite write : part.getWritesList()) {
            bytes += write.getData().size();
        }
        return bytes;
    }
}
