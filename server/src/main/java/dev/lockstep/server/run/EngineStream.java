package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.InputCost;
import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

/**
 * What one engine has reported so far, held to docs/protocol.md: in order, without gaps, within its
 * credit. Every {@code take} throws when the engine has broken that.
 */
final class EngineStream {
    private final Role role;
    private final boolean holdsInputs;

    /** Whether this is a reference that performs no inputs. */
    private final boolean replayed;

    private final boolean windows;
    private final Grain grain;
    private Allowance records;
    private final Allowance inputs = new Allowance(Bounds.INPUT_WINDOW_BYTES);

    /** What is compared of the registers that it tells. */
    private RegisterSelection registers = RegisterSelection.NOTHING;

    /** Whether the engine asks the world itself, and says nothing of it. */
    private boolean ownInputs;

    private boolean moved;
    private long step;
    private long blocks;
    private long pc;
    private @Nullable GuestEnd end;

    // The reference's side of the inputs: the one that is held back or whose parts are coming.
    private Item.@Nullable Input openInput;
    // What the engine asks for: a subject a result, the reference in strict grain permission.
    private long askedCount;
    private long answeredCount;

    /**
     * @param replay whether inputs are those of an earlier run
     */
    EngineStream(Role role, Grain grain, boolean replay) {
        this.role = role;
        replayed = role == Role.REFERENCE && replay;
        holdsInputs = role == Role.REFERENCE && grain == Grain.STRICT;
        this.grain = grain;
        windows = grain == Grain.WINDOW;
        records = newRecords();
    }

    private Allowance newRecords() {
        return new Allowance(Bounds.recordWindow(grain, registers.rowBytes()));
    }

    /** Starts where a state was given to the engine. */
    void startFrom(Origin origin) {
        restart(origin.step(), origin.pc(), 0);
        blocks = origin.blockCount();
    }

    /** Takes note that this engine asks the world itself. */
    void leaveInputs() {
        ownInputs = true;
    }

    /** Takes note that this engine tells its registers; belongs before its first record. */
    void tellRegisters(RegisterSelection selection) {
        registers = selection;
        records = newRecords();
    }

    /** Returns how many records a batch may have. */
    long batchRecords() {
        return Bounds.batchRecords(grain, registers.rowBytes());
    }

    /** Takes note that this engine is held back by its peer, record by record. */
    void pace() {
        records = new Allowance(Bounds.RECORD_WINDOW);
    }

    Allowance records() {
        return records;
    }

    /** Returns the credit for inputs, which only a reference uses. */
    Allowance inputs() {
        return inputs;
    }

    /** Returns the step after the last record. */
    long step() {
        return step;
    }

    /** Returns the blocks in all records. */
    long blocks() {
        return blocks;
    }

    /** Returns the end of the guest, or null while it goes on. */
    @Nullable GuestEnd end() {
        return end;
    }

    /** Returns whether the engine has to wait for somebody else, or is done. */
    boolean blocked() {
        if (end != null || askedCount > answeredCount) {
            return true;
        }
        if (replayed && openInput != null) {
            return true;
        }
        // An input that was begun is to be finished, whether there is credit for records or not.
        return inputs.exhausted() || (openInput == null && records.exhausted());
    }

    /**
     * Returns a step that the engine cannot have passed, whatever it has done that is not known
     * yet.
     *
     * @param recordSteps steps that a record may have
     */
    long reach(long recordSteps) {
        return step + (records.granted() - records.used() + 1) * recordSteps;
    }

    /** Returns how many inputs a reference whose inputs are held back may have performed. */
    long permittedInputs() {
        return holdsInputs ? answeredCount : 0;
    }

    /**
     * Starts a new epoch of a subject: it stands elsewhere, with credit as at the beginning.
     *
     * @param passedInputs inputs that it has behind it there
     */
    void restart(long newStep, long newPc, long passedInputs) {
        records = newRecords();
        step = newStep;
        pc = newPc;
        moved = true;
        end = null;
        askedCount = passedInputs;
    }

    /** Lets inputs that are held back go; returns whether there is a new one among them. */
    boolean permit(long inputCount) {
        if (!holdsInputs || inputCount <= answeredCount) {
            return false;
        }
        answeredCount = inputCount;
        return true;
    }

    /** Returns whether this reference waits for a recorded answer, and may get some of it. */
    boolean awaitsAnswer() {
        return replayed && openInput != null && askedCount == answeredCount && !inputs.exhausted();
    }

    /** Notes that a part of an input was passed on to this subject. */
    void answered(InputResult part) {
        if (!part.getMore()) {
            answeredCount++;
        }
    }

    Rows take(RecordBatch batch) throws ProtocolException {
        checkGoesOn("RecordBatch");
        checkNoInputOpen("RecordBatch");
        Rows rows = Rows.of(batch, registers);
        checkContinues("RecordBatch", rows.firstStep(), rows.firstPc());
        records.use(rows.count());
        if (records.overdrawn()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_CREDIT_EXCEEDED,
                    "records: %d sent (expected: at most the %d granted)"
                            .formatted(records.used(), records.granted()));
        }
        blocks += windows ? rows.sumTurns(0, rows.bytes().length) : rows.count();
        step = rows.endStep();
        pc = rows.endPc();
        moved = true;
        return rows;
    }

    Item.Input take(InputRequest question) throws ProtocolException {
        checkGoesOn("InputRequest");
        checkInputsTold("InputRequest");
        if (!holdsInputs && !replayed) {
            checkRole("InputRequest", Role.SUBJECT);
        }
        checkNoInputOpen("InputRequest");
        checkQuestion(question);
        if (askedCount > answeredCount) {
            throw ProtocolException.badFrame("InputRequest before the last one was answered");
        }
        askedCount++;
        if (replayed && !holdsInputs) {
            answeredCount = askedCount; // Nobody else has to have asked before.
        }
        Item.Input input = new Item.Input(question);
        openInput = holdsInputs || replayed ? input : null;
        return input;
    }

    /**
     * Takes an input or another part of one; returns the input, which knows by then what it costs.
     */
    Item.Input take(InputReport report) throws ProtocolException {
        checkGoesOn("InputReport");
        checkInputsTold("InputReport");
        checkRole("InputReport", Role.REFERENCE);
        checkPermitted();
        InputResult result = report.getResult();
        payFor(result);
        Item.Input input = open(report);
        checkAnswers(result, input.question());
        input.extendTo(inputs.used());
        openInput = result.getMore() ? input : null;
        return input;
    }

    Item.End take(GuestEnd account) throws ProtocolException {
        checkGoesOn("GuestEnd");
        checkNoInputOpen("GuestEnd");
        checkContinues("GuestEnd", account.getStepCount(), account.getPc());
        if (!account.getWithinBlock() || account.hasExit()) {
            EngineReport.Exit.check("GuestEnd.exit", account.getExit());
        }
        end = ownInputs ? withoutState(account) : account;
        return new Item.End(end);
    }

    /** What the world gave to one engine alone is in its state. */
    private static GuestEnd withoutState(GuestEnd account) {
        return account.toBuilder().clearRegisterDigest().clearMemoryDigest().build();
    }

    private Item.Input open(InputReport report) throws ProtocolException {
        if (report.hasRequest() == (openInput != null)) {
            throw ProtocolException.badFrame(
                    "InputReport.request for a question known already, or none for a new one");
        }
        if (openInput != null) {
            return openInput;
        }
        checkQuestion(report.getRequest());
        return new Item.Input(report.getRequest());
    }

    private void checkPermitted() throws ProtocolException {
        if (holdsInputs && (openInput == null || askedCount > answeredCount)) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_CREDIT_EXCEEDED,
                    "inputs: one performed beyond the %d granted (expected: in strict grain to ask"
                                    .formatted(answeredCount)
                            + " first, and to wait for Credit.input_count)");
        }
    }

    private void payFor(InputResult part) throws ProtocolException {
        if (inputs.exhausted()) {
            throw new ProtocolException(
                    ErrorCode.ERROR_CODE_CREDIT_EXCEEDED,
                    "input bytes: %d sent (expected: no more before the grant of %d is raised)"
                            .formatted(inputs.used(), inputs.granted()));
        }
        if (part.getWritesCount() > Protocol.MAX_INPUT_PART_WRITES
                || InputCost.memoryBytes(part) > Protocol.MAX_INPUT_PART_BYTES) {
            throw ProtocolException.badFrame(
                    "InputResult: %d pieces, %d bytes of guest memory (expected: at most %d, %d)"
                            .formatted(
                                    part.getWritesCount(),
                                    InputCost.memoryBytes(part),
                                    Protocol.MAX_INPUT_PART_WRITES,
                                    Protocol.MAX_INPUT_PART_BYTES));
        }
        inputs.use(InputCost.bytes(part));
    }

    private void checkGoesOn(String what) throws ProtocolException {
        if (end != null) {
            throw ProtocolException.badFrame(what + " after GuestEnd (expected: nothing)");
        }
    }

    private void checkNoInputOpen(String what) throws ProtocolException {
        if (openInput != null) {
            throw ProtocolException.badFrame(
                    what + " before the end of an input (expected: its result, or the next part)");
        }
    }

    private void checkInputsTold(String what) throws ProtocolException {
        if (ownInputs) {
            throw ProtocolException.badFrame(
                    what + " in input mode OWN (expected: nothing is told of inputs)");
        }
    }

    private void checkRole(String what, Role expected) throws ProtocolException {
        if (role != expected) {
            throw ProtocolException.badFrame(
                    "%s of a %s (expected: of a %s)".formatted(what, role.text(), expected.text()));
        }
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
        long openSteps = question.getStep() - step;
        if (openSteps < 0 || openSteps != open.getStepCount()) {
            throw ProtocolException.badFrame(
                    "InputRequest.step: %d (expected: step %d + the %d of the open record)"
                            .formatted(question.getStep(), step, open.getStepCount()));
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
     * Checks that something stands where the engine's last record ended. The guest's entry is free.
     */
    private void checkContinues(String what, long firstStep, long firstPc)
            throws ProtocolException {
        if (firstStep != step || (moved && firstPc != pc)) {
            throw ProtocolException.badFrame(
                    "%s: at step %d, pc %s (expected: step %d, pc %s, where the last record ended)"
                            .formatted(
                                    what,
                                    firstStep,
                                    Difference.hex(firstPc),
                                    step,
                                    moved ? Difference.hex(pc) : "any"));
        }
    }
}
