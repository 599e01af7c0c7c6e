package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.State;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.InputCost;

import org.jspecify.annotations.Nullable;

/**
 * An engine's place in a run: the connection to it, its turn to speak, its account. What it reports
 * goes on to the {@link Run}, which decides.
 */
public final class Place {
    private final Run run;
    private EngineSpec spec;
    private final EngineStream stream;

    /** Whether this is a reference whose inputs were recorded. */
    private final boolean replay;

    /** Whether the run wants the events of its engines. */
    private final boolean wantsEvents;

    private final EventStream events = new EventStream();

    private final Account account;

    private final @Nullable Origin origin;

    private @Nullable Hello hello;
    private @Nullable EngineLink link;
    private boolean started;
    private boolean halted;
    private boolean examining;
    private long examineCount;
    private long keptStep;

    /** Where the engine was given another state: what lies before is not how it came there. */
    private long stateStep;

    private long epoch;
    private long staleFrames;
    private long heardNanos;
    private @Nullable Long hostCall;
    private long inputBytesWritten;
    private long returnCount;

    Place(Run run, EngineSpec spec, RunSpec runSpec) {
        this.run = run;
        this.spec = spec;
        replay = spec.role() == Role.REFERENCE && runSpec.isReplay();
        wantsEvents = runSpec.events();
        stream = new EngineStream(spec.role(), runSpec.grain(), replay);
        account = new Account(stream);
        origin = runSpec.origin();
        if (origin != null) {
            stream.startFrom(origin);
            stateStep = origin.step();
        }
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

    /** Takes note that the engine came back over another connection, without loss. */
    public void returned() {
        returnCount++;
    }

    /** Returns how often the engine came back after its connection broke. */
    long returnCount() {
        return returnCount;
    }

    void occupy(Hello newHello, EngineLink newLink) {
        spec = new EngineSpec(newHello.getName(), spec.role());
        hello = newHello;
        link = newLink;
    }

    EngineSpec spec() {
        return spec;
    }

    boolean isNamed(String name) {
        return spec.name().equals(name);
    }

    /** Returns what to call the engine in a sentence. */
    String title() {
        return spec.title();
    }

    /** Returns the step after its last record. */
    long step() {
        return stream.step();
    }

    /** Returns the introduction of the engine, or null when it never came. */
    @Nullable Hello hello() {
        return hello;
    }

    /** Lets this engine and its only peer hold each other back, if they can; returns whether so. */
    boolean pairWith(Place peer) {
        boolean paired = link != null && peer.link != null && link.pairWith(peer.link);
        if (paired) {
            stream.pace();
            peer.stream.pace();
        }
        return paired;
    }

    boolean connected() {
        return link != null;
    }

    void start(Agreement.Terms terms, Welcome.Builder welcome, long nowNanos) {
        started = true;
        heardNanos = nowNanos;
        if (terms.ownInputs()) {
            stream.leaveInputs();
        }
        if (hello != null && !terms.registers().isEmpty()) {
            stream.tellRegisters(new RegisterSelection(RegisterFile.of(hello), terms.registers()));
        }
        boolean emits = emitsEvents() && wantsEvents;
        if (emits) {
            events.want();
        }
        if (link != null) {
            link.welcome(
                    welcome.setCredit(credit(stream.step()))
                            .setBatchRecordLimit(stream.batchRecords())
                            .setEvents(emits)
                            .setRestores(origin != null)
                            .build());
            if (origin != null) {
                // One that takes no more of it is as good as silent.
                link.restore(origin.read(spec.role()), this::hear, run::abandon);
            }
        }
    }

    private void hear() {
        heardNanos = run.nowNanos();
    }

    /** Tells this engine what one of the other side reported. A verdict has to follow. */
    void tell(PeerState peer) {
        if (link != null) {
            link.peer(peer);
        }
    }

    /**
     * Raises the credit to what the comparison has consumed, if that is worth a frame.
     *
     * @param equalInputs inputs that every subject has asked for too
     */
    void grant(long agreedStep, long consumedRecords, long consumedInputBytes, long equalInputs) {
        boolean moreRecords = stream.records().raise(consumedRecords);
        boolean moreInputBytes = stream.inputs().raise(consumedInputBytes);
        boolean moreInputs = stream.permit(equalInputs);
        if ((moreRecords || moreInputBytes || moreInputs) && link != null) {
            keptStep = agreedStep;
            link.credit(credit(agreedStep));
        }
    }

    /** Passes an input, or a part of one, of the reference on to this subject. */
    void deliver(InputResult part) {
        stream.answered(part);
        if (link != null) {
            long costBytes = InputCost.bytes(part);
            link.input(
                    part,
                    () -> {
                        inputBytesWritten += costBytes;
                        run.grant();
                    });
        }
    }

    /** Returns whether this reference waits for a recorded answer, and may get some of it. */
    boolean awaitsAnswer() {
        return stream.awaitsAnswer();
    }

    /**
     * Gives this reference a recorded answer, or the next part of it, as if it had obtained it.
     *
     * @throws ProtocolException if it answers something else
     */
    void answer(InputResult part) throws ProtocolException {
        Item.Input input = stream.take(InputReport.newBuilder().setResult(part).build());
        if (link != null) {
            link.input(part, () -> {});
        }
        run.forward(input.question(), part);
    }

    /** Returns whether this engine can tell events. */
    boolean emitsEvents() {
        return hello != null && hello.getEmitsEvents();
    }

    /** Returns whether this engine can go back and execute a part of its past again. */
    boolean examines() {
        return hello != null && hello.getExamines();
    }

    /**
     * Returns whether what it was the reference of can be run again: with the same inputs, or its
     * own.
     */
    boolean repeats() {
        return hello != null
                && (hello.getReplays()
                        || hello.getInputModesList().contains(InputMode.INPUT_MODE_OWN));
    }

    /** Returns the first step to which the engine can be sent back, if it can be at all. */
    long keptStep() {
        return Math.max(keptStep, stateStep);
    }

    /** Returns the number that the next {@link #examine} has. */
    long nextExamination() {
        return examineCount + 1;
    }

    /** Sends the engine back to look again. */
    void examine(Examine.Builder question) {
        examining = true;
        examineCount++;
        if (link != null) {
            link.examine(question.setId(examineCount).build());
        }
    }

    /** Lets the engine go on, if it was sent back. */
    void resume() {
        if (examining && link != null) {
            link.resume(Resume.getDefaultInstance(), epoch);
        }
        examining = false;
    }

    /**
     * Lets the engine go on from another state, in a new epoch.
     *
     * @param step where the record begins that the state is in
     * @param pc of the first instruction of that record
     * @param passedInputs inputs that it has behind it there
     */
    void resume(State state, long step, long pc, long passedInputs) {
        epoch++;
        examining = false;
        keptStep = step;
        stateStep = state.getStep();
        stream.restart(step, pc, passedInputs);
        if (link != null) {
            link.resume(Resume.newBuilder().setState(state).build(), epoch);
            link.credit(credit(keptStep));
        }
    }

    /** Returns how often the engine was given another state. */
    long epoch() {
        return epoch;
    }

    /** Returns how many frames came too late, from before it was given another state. */
    long staleFrames() {
        return staleFrames;
    }

    /** Returns the cost of the inputs that have left for this subject. */
    long inputBytesWritten() {
        return inputBytesWritten;
    }

    /** Stops the engine, unless it has been told to. */
    void halt(HaltReason reason, String text) {
        if (link != null && !halted) {
            halted = true;
            link.halt(reason, text);
        }
    }

    void close() {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    /** Returns a step that the engine cannot have passed. */
    long reach(RunSpec spec) {
        if (!started) {
            return stream.step();
        }
        long windowSteps = spec.grain() == Grain.WINDOW ? spec.windowSteps() : 0;
        return stream.reach(windowSteps + Bounds.BLOCK_STEPS);
    }

    /** Asks the engine for states. */
    void capture(Capture order) {
        if (link != null) {
            link.capture(order);
        }
    }

    /** Asks the engine for contents of pages of a state. */
    void wantPages(PagesWanted pages) {
        if (link != null) {
            link.wantPages(pages);
        }
    }

    /** Lets the engine forget states. */
    void captureDone(CaptureDone done) {
        if (link != null) {
            link.captureDone(done);
        }
    }

    /**
     * Returns how long this engine has owed a frame; 0 when the next move is not its own.
     *
     * @param keptWaiting whether those who take its state may have the next move
     */
    long idleNanos(boolean keptWaiting, long nowNanos) {
        // One that was sent back is waited for by whoever sent it.
        boolean owesFrame =
                started
                        && link != null
                        && hostCall == null
                        && !examining
                        && !keptWaiting
                        && !stream.blocked();
        if (!owesFrame) {
            heardNanos = nowNanos;
        }
        return nowNanos - heardNanos;
    }

    /** Returns whether the next move may be this engine's, if only to come back from its host. */
    boolean canMove() {
        return hostCall != null || examining || !stream.blocked();
    }

    /** Returns whether the guest was at an end that is not its own. */
    boolean stoppedFromOutside() {
        EngineReport.Exit exit = account.exit();
        return exit != null && exit.isFromOutside();
    }

    Progress.EngineSteps progress() {
        return new Progress.EngineSteps(
                spec.name(), spec.role(), stream.step(), stream.blocks(), hostCall);
    }

    EngineReport report(@Nullable Verdict outcome) {
        return account.report(spec, hello != null, outcome, events.count());
    }

    /** Returns how the guest ended, in brackets, or nothing when that is not known. */
    String exitText() {
        EngineReport.Exit exit = account.exit();
        return exit == null ? "" : " (" + exit + ")";
    }

    private Credit credit(long agreedStep) {
        boolean isReference = spec.role() == Role.REFERENCE;
        return Credit.newBuilder()
                .setAgreedStep(agreedStep)
                .setRecordCount(stream.records().granted())
                .setInputBytes(isReference ? stream.inputs().granted() : 0)
                .setInputCount(stream.permittedInputs())
                .build();
    }

    private void accept(EngineFrame frame) throws ProtocolException {
        if (frame.getHart() != 0 || frame.getEpoch() < 0 || frame.getEpoch() > epoch) {
            throw ProtocolException.badFrame(
                    "hart %d, epoch %d (expected: 0, %d)"
                            .formatted(frame.getHart(), frame.getEpoch(), epoch));
        }
        hear();
        Heartbeat sign = frame.getHeartbeat();
        hostCall = sign.hasHostCall() ? sign.getHostCall() : null;
        switch (frame.getBodyCase()) {
            case HELLO, RECONNECT, ACK ->
                    throw ProtocolException.badFrame(
                            "%s at a wrong time (expected: Hello or Reconnect first, Ack with a ticket)"
                                    .formatted(frame.getBodyCase()));
            case EXAMINATION -> accept(frame.getExamination());
            case BODY_NOT_SET -> throw ProtocolException.badFrame("a frame without a body");
            case HEARTBEAT -> {} // That it came was all it says.
            case GOODBYE -> leave(frame.getGoodbye());
            case EVENT_BATCH -> accept(frame.getEventBatch());
            case CAPTURE_PART -> {
                checkStarted(frame);
                run.captured(this, frame.getCapturePart());
            }
            case RECORD_BATCH, INPUT_REQUEST, INPUT_REPORT, GUEST_END -> {
                checkStarted(frame);
                if (frame.getEpoch() < epoch) {
                    staleFrames++;
                } else if (!run.over()) {
                    acceptEvidence(frame);
                }
            }
        }
    }

    private void acceptEvidence(EngineFrame frame) throws ProtocolException {
        switch (frame.getBodyCase()) {
            case RECORD_BATCH -> run.arrived(this, stream.take(frame.getRecordBatch()));
            case INPUT_REQUEST -> accept(frame.getInputRequest());
            case INPUT_REPORT -> accept(frame.getInputReport());
            case GUEST_END -> run.arrived(this, stream.take(frame.getGuestEnd()));
            case HELLO,
                    RECONNECT,
                    ACK,
                    HEARTBEAT,
                    GOODBYE,
                    EXAMINATION,
                    EVENT_BATCH,
                    CAPTURE_PART,
                    BODY_NOT_SET ->
                    throw new IllegalStateException("no evidence: " + frame.getBodyCase());
        }
    }

    /** Events are taken to the last: what came right before a divergence is worth most. */
    private void accept(EventBatch batch) throws ProtocolException {
        events.take(batch);
        run.emitted(this, batch);
    }

    private void accept(InputRequest question) throws ProtocolException {
        Item.Input input = stream.take(question);
        if (replay) {
            run.asked(question);
        }
        run.arrived(this, input);
    }

    private void accept(InputReport report) throws ProtocolException {
        if (replay) {
            throw ProtocolException.badFrame(
                    "InputReport in a replay (expected: InputRequest; its inputs were recorded)");
        }
        Item.Input input = stream.take(report);
        run.forward(input.question(), report.getResult());
        if (report.hasRequest()) {
            run.arrived(this, input);
        } else {
            run.grant();
        }
    }

    private void accept(Examination examination) throws ProtocolException {
        if (examination.getId() < 1 || examination.getId() > examineCount) {
            throw ProtocolException.badFrame(
                    "Examination %d (expected: one of the %d that were asked for)"
                            .formatted(examination.getId(), examineCount));
        }
        run.examined(this, examination);
    }

    private void checkStarted(EngineFrame frame) throws ProtocolException {
        if (!started) {
            throw ProtocolException.badFrame(
                    frame.getBodyCase() + " before Welcome (expected: Heartbeat or Goodbye)");
        }
    }

    private void leave(Goodbye goodbye) throws ProtocolException {
        account.take(goodbye);
        close();
        run.left(this);
    }
}
