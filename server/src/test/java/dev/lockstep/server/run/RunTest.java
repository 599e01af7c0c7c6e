package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.Guest.Block;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class RunTest {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int PART_BYTES = Protocol.MAX_INPUT_PART_BYTES;

    private long nowNanos;
    private final Guest guest = Guest.random(3, 40);
    private final Map<String, FakeLink> links = new HashMap<>();
    private final Map<String, Place> places = new HashMap<>();
    private final RunRegistry registry = new RunRegistry(() -> nowNanos);
    private boolean started;
    private @Nullable RunReport report;

    @Test
    void startsWhenAllEnginesHaveSaidHello() throws ProtocolException {
        create("recomp");
        join("interp");
        assertThat(link("interp").welcome).isNull();
        assertThat(started).isFalse();

        join("recomp");
        assertThat(started).isTrue();
        assertThat(Objects.requireNonNull(link("interp").welcome).getCredit().getRecordCount())
                .isEqualTo(Bounds.RECORD_WINDOW);
        assertThat(Objects.requireNonNull(link("recomp").welcome).getCredit().getInputBytes())
                .isZero();
    }

    @Test
    void equalGuestsEndInAMatchWithTheAccountsOfBoth() throws ProtocolException {
        start("recomp");
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 20, 40));
            send(engine, guest.end());
        }
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);
        assertThat(report).isNull();

        goodbye("interp");
        goodbye("recomp");
        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().exitCode()).isZero();
        assertThat(report().compared().steps()).isEqualTo(40);
        assertThat(report().engines())
                .extracting(EngineReport::name, EngineReport::steps, EngineReport::elapsedMs)
                .containsExactly(tuple("interp", 40L, 7L), tuple("recomp", 40L, 7L));
        assertThat(report().engines().getFirst().exit())
                .isEqualTo(new EngineReport.Exit("exited", 0));
    }

    @Test
    void theFirstDifferenceHaltsAllEngines() throws ProtocolException {
        start("recomp", "other");
        send("interp", guest.batch(0, 20));
        send("other", guest.batch(0, 20));
        send("recomp", guest.withWrongDigest(3).batch(0, 20));
        assertThat(links.values()).allMatch(link -> link.halted == HaltReason.HALT_REASON_DIVERGED);

        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().divergences())
                .singleElement()
                .extracting(Divergence::engine)
                .isEqualTo("recomp");
    }

    @Test
    void guestsThatEndBeforeTheirFirstStepCompareNothing() throws ProtocolException {
        start("recomp");
        GuestEnd nothing = guest.end().toBuilder().setStepCount(0).build();
        send("interp", nothing);
        send("recomp", nothing);
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.VACUOUS);
    }

    @Test
    void guestsStoppedByALimitAreIncompleteHoweverEqual() throws ProtocolException {
        start("recomp");
        Exit limit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_LIMIT).build();
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 20, 40));
            send(engine, guest.end().toBuilder().setExit(limit).build());
        }
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes())
                .containsExactly("the guests were stopped before their end (limit 0)");
    }

    @Test
    void framesOnTheirWayAfterTheVerdictDoNoHarm() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongPc(19).batch(0, 20));
        send("recomp", guest.withWrongPc(19).batch(20, 40));
        goodbyeAll();

        assertThat(link("recomp").refused).isNull();
        assertThat(report().divergences()).hasSize(1);
    }

    @Test
    void anEngineThatGivesNoAccountIsNotWaitedForLong() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.withWrongPc(19).batch(0, 20));
        goodbye("interp");
        advance(Bounds.GOODBYE_TIMEOUT);

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().notes()).anyMatch(note -> note.contains("\"recomp\" did not give"));
        assertThat(link("recomp").closed).isTrue();
    }

    @Test
    void anEngineThatVanishesLeavesTheRunIncomplete() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        send("recomp", guest.batch(0, 20));
        place("recomp").vanish("it closed the connection without Goodbye");
        goodbye("interp");

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().exitCode()).isEqualTo(5);
        assertThat(report().compared().steps()).isEqualTo(20);
        assertThat(report().notes())
                .contains("engine \"recomp\" vanished: it closed the connection without Goodbye");
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void anEngineThatLeavesOfItsOwnAccordLeavesTheRunIncomplete() throws ProtocolException {
        start("recomp");
        goodbye("recomp");
        goodbye("interp");

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).anyMatch(note -> note.contains("left before it was halted"));
    }

    @Test
    void anEngineThatNeverConnectsIsNamed() throws ProtocolException {
        create("recomp");
        join("interp");
        advance(CONNECT);
        goodbye("interp");

        assertThat(report().notes()).contains("engine \"recomp\" did not connect within 10000 ms");
        assertThat(report().engines()).extracting(EngineReport::connected).contains(true, false);
    }

    @Test
    void anUnequalItemIsAUsageErrorThatNamesItAndBothTexts() {
        create("recomp");
        Hello.Builder other = hello("recomp");
        other.getAgreementBuilder(1).setDigest(ByteString.copyFromUtf8("other")).setText("-x");

        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> {
                    join("interp");
                    join(other);
                })
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_DISAGREEMENT)
                .withMessageContaining("arguments: interp has \"text of arguments\"")
                .withMessageContaining("recomp has \"-x\"");
        goodbye("interp");
        assertThat(report().exitCode()).isEqualTo(2);
        assertThat(report().refusal()).startsWith("arguments: ");
    }

    @Test
    void anotherProtocolVersionEndsTheRun() {
        create("recomp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("recomp").setProtocolVersion(9)))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_WRONG_VERSION);

        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).anyMatch(note -> note.contains("protocol version 9"));
    }

    @Test
    void aPlaceIsGivenOnce() throws ProtocolException {
        create("recomp");
        join("interp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join("interp"))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_PLACE_TAKEN)
                .withMessageContaining("subject recomp");

        join("recomp");
        assertThat(link("recomp").welcome).isNotNull();
    }

    @Test
    void nobodyJoinsLateOrWhereThereIsNoRun() throws ProtocolException {
        start("recomp");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join("recomp"))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_NO_SUCH_RUN);
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello("recomp").setRun("none")))
                .withMessageContaining("no run \"none\" (in progress: [r1])");
    }

    @Test
    void theStrengthIsTheStrongestThatAllEnginesOffer() throws ProtocolException {
        create("recomp");
        join("interp");
        join(hello("recomp").clearStrengths().addStrengths(Strength.PC.wire()));
        assertThat(Objects.requireNonNull(link("interp").welcome).getStrength())
                .isEqualTo(Strength.PC.wire());

        place("interp").vanish("gone");
        goodbye("recomp");
        assertThat(report().strength()).isEqualTo(Strength.PC);
        assertThat(report().notes()).anyMatch(note -> note.startsWith("pc only"));
    }

    @Test
    void theSameEngineOnBothSidesIsNoted() throws ProtocolException {
        create("recomp");
        join(hello("interp").setImplementation("x").setBuildDigest(ByteString.copyFromUtf8("1")));
        join(hello("recomp").setImplementation("y").setBuildDigest(ByteString.copyFromUtf8("1")));
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().notes())
                .contains("enough", "the same engine on both sides: interp, recomp");
    }

    @Test
    void creditFollowsWhatIsComparedInQuartersOfTheWindow() throws ProtocolException {
        start("recomp");
        int quarter = (int) Bounds.RECORD_WINDOW / 4;
        send("interp", blocks(0, quarter));
        send("recomp", blocks(0, quarter - 1));
        assertThat(link("interp").credits).isEmpty();

        send("recomp", blocks(quarter - 1, 1));
        assertThat(link("interp").credits)
                .singleElement()
                .satisfies(credit -> {
                    assertThat(credit.getRecordCount()).isEqualTo(Bounds.RECORD_WINDOW + quarter);
                    assertThat(credit.getAgreedStep()).isEqualTo(quarter);
                });
        assertThat(link("recomp").credits).hasSize(1);
    }

    @Test
    void theReferenceGetsTheCreditOfTheSlowestSubject() throws ProtocolException {
        start("recomp", "other");
        int half = (int) Bounds.RECORD_WINDOW / 2;
        send("interp", blocks(0, half));
        send("recomp", blocks(0, half));
        assertThat(link("recomp").credits).hasSize(1);
        assertThat(link("interp").credits).isEmpty();

        send("other", blocks(0, half));
        assertThat(link("interp").credits).hasSize(1);
    }

    @Test
    void sendingMoreThanGrantedCostsThePlace() throws ProtocolException {
        start("recomp");
        send("recomp", blocks(0, (int) Bounds.RECORD_WINDOW));
        assertThat(link("recomp").refused).isNull();

        send("recomp", blocks((int) Bounds.RECORD_WINDOW, 1));
        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
        goodbye("interp");
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
    }

    @Test
    void inputsReachTheSubjectsBeforeTheyAsk() throws ProtocolException {
        start("recomp", "other");
        send("interp", input(14, 3, false));

        assertThat(link("recomp").inputs)
                .singleElement()
                .satisfies(result -> assertThat(result.getStep()).isEqualTo(14));
        assertThat(link("other").inputs).hasSize(1);
    }

    @Test
    void inputCreditComesBackOnlyWhenASubjectHasAskedAndBeenServed() throws ProtocolException {
        start("recomp");
        link("recomp").writesAtOnce = false;
        for (int part = 0; part < 5; part++) {
            send("interp", part == 0 ? input(14, PART_BYTES, true) : more(14, PART_BYTES));
        }
        assertThat(link("interp").credits).isEmpty();

        send("recomp", guest.question(0, 14));
        assertThat(link("interp").credits).isEmpty();

        link("recomp").unwritten.forEach(Runnable::run);
        assertThat(link("interp").credits)
                .last()
                .satisfies(credit ->
                        assertThat(credit.getInputBytes())
                                .isGreaterThan(Bounds.INPUT_WINDOW_BYTES));
    }

    @Test
    void aResultLongerThanTheInputWindowFlowsOnceItsSubjectWaitsForIt() throws ProtocolException {
        start("recomp");
        send("recomp", guest.question(0, 14));
        send("interp", input(14, PART_BYTES, true));
        int parts = 4 * (int) (Bounds.INPUT_WINDOW_BYTES / PART_BYTES);
        for (int part = 0; part < parts; part++) {
            send("interp", more(14, PART_BYTES));
        }

        assertThat(link("interp").refused).isNull();
        assertThat(link("recomp").inputs).hasSize(parts + 1);
    }

    @Test
    void inputsBeyondTheirCreditCostThePlace() throws ProtocolException {
        start("recomp");
        send("interp", input(14, PART_BYTES, true));
        for (int part = 0; part < Bounds.INPUT_WINDOW_BYTES / PART_BYTES; part++) {
            send("interp", more(14, PART_BYTES));
        }

        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
    }

    @Test
    void whatBreaksTheProtocolCostsThePlaceAndNamesTheEngine() throws ProtocolException {
        assertBadFrame("recomp", EngineFrame.newBuilder().setHello(hello("recomp")));
        assertBadFrame("recomp", EngineFrame.newBuilder());
        assertBadFrame("recomp", EngineFrame.newBuilder().setHart(1));
        assertBadFrame("recomp", frame(guest.batch(10, 20)));
        assertBadFrame("recomp", frame(guest.batch(0)));
        assertBadFrame("recomp", frame(Guest.batch(0, 0, List.of(new Block(0, 0, 0, 0)))));
        assertBadFrame("recomp", frame(guest.question(10, 14)));
        assertBadFrame("recomp", frame(guest.question(0, 14).toBuilder().setStep(15).build()));
        InputRequest.Builder backwards = guest.question(0, 0).toBuilder().setStep(-1);
        backwards.getOpenRecordBuilder().setStepCount(-1);
        assertBadFrame("recomp", frame(backwards.build()));
        assertBadFrame("recomp", frame(input(14, 3, false)));
        assertBadFrame("interp", frame(guest.question(0, 14)));
        assertBadFrame("interp", frame(more(14, 3)));
        assertBadFrame("interp", frame(input(14, PART_BYTES + 1, false)));
        InputReport.Builder crumbs = input(14, 0, false).toBuilder();
        for (int i = 0; i < Protocol.MAX_INPUT_PART_WRITES; i++) {
            crumbs.getResultBuilder().addWritesBuilder();
        }
        assertBadFrame("interp", frame(crumbs.build()));
    }

    @Test
    void anEndThatIsNotTheEndOfTheRecordsIsNone() throws ProtocolException {
        GuestEnd end = guest.end();
        assertBadFrameAfter("recomp", guest.batch(0, 39), end);
        assertBadFrameAfter(
                "recomp", guest.batch(0, 40), end.toBuilder().setPc(end.getPc() + 2).build());
        assertBadFrameAfter("recomp", guest.batch(0, 40), end.toBuilder().clearExit().build());
    }

    @Test
    void nothingComesBetweenThePartsOfAResult() throws ProtocolException {
        assertBadFrameAfter("interp", input(14, 3, true), guest.batch(0, 20));
        assertBadFrameAfter("interp", input(14, 3, true), guest.end());
        assertBadFrameAfter("interp", input(14, 3, true), input(14, 3, false));
    }

    @Test
    void nothingFollowsTheEnd() throws ProtocolException {
        start("recomp");
        send("recomp", guest.batch(0, 40));
        send("recomp", guest.end());
        send("recomp", guest.end());

        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    @Test
    void anEngineThatOwesAFrameIsNotWaitedForForEver() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 40));
        send("interp", guest.end());
        advance(IDLE);
        goodbyeAll();

        assertThat(report().notes())
                .contains(
                        "engine \"recomp\" owes a frame and has been silent for 60000 ms, after"
                                + " step 0");
    }

    @Test
    void anEngineThatWaitsForOthersOwesNothing() throws ProtocolException {
        start("recomp");
        send("recomp", guest.question(0, 14));
        send("interp", Heartbeat.newBuilder().setHostCall(63).build());
        advance(IDLE.multipliedBy(3));
        assertThat(report).isNull();

        send("interp", input(14, 3, false));
        advance(IDLE);
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void anEngineWithoutCreditOwesNothing() throws ProtocolException {
        start("recomp");
        send("interp", blocks(0, (int) Bounds.RECORD_WINDOW));
        for (int i = 0; i < 5; i++) {
            advance(IDLE.dividedBy(2));
            send("recomp", Heartbeat.getDefaultInstance());
        }
        assertThat(link("interp").halted).isNull();
    }

    @Test
    void idlenessStartsWhenTheEngineIsGivenCredit() throws ProtocolException {
        start("recomp");
        send("interp", blocks(0, (int) Bounds.RECORD_WINDOW));
        advance(IDLE.minusSeconds(1));
        send("recomp", blocks(0, (int) Bounds.RECORD_WINDOW));
        advance(IDLE.minusSeconds(1));

        assertThat(link("interp").halted).isNull();
    }

    @Test
    void enginesThatAllWaitAreNotWaitedForForEver() throws ProtocolException {
        start("recomp");
        link("recomp").writesAtOnce = false; // It asks, but never reads what it is answered.
        send("interp", input(14, PART_BYTES, true));
        for (int part = 1; part < Bounds.INPUT_WINDOW_BYTES / PART_BYTES - 1; part++) {
            send("interp", more(14, PART_BYTES));
        }
        send("interp", InputReport.newBuilder().setResult(result(14, PART_BYTES)).build());
        send("recomp", guest.question(0, 14));
        send("recomp", guest.question(0, 14));
        advance(IDLE.dividedBy(2));
        assertThat(link("interp").halted).isNull();

        advance(IDLE);
        goodbyeAll();
        assertThat(report().verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(report().notes()).contains("every engine has waited for another for 60000 ms");
    }

    @Test
    void twoRunsGoOnSideBySide() throws ProtocolException {
        start("recomp");
        registry.create(spec("r2", "recomp"), new RunListener() {});
        FakeLink link = new FakeLink();
        registry.join(hello("recomp").setRun("r2").build(), link);
        registry.abandon("r1", "enough");

        assertThat(link.halted).isNull();
        assertThat(link("recomp").halted).isEqualTo(HaltReason.HALT_REASON_ABANDONED);
    }

    @Test
    void aNameIsUsedByOneRunAtATime() throws ProtocolException {
        create("recomp");
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> create("recomp"))
                .withMessageContaining("\"r1\"");

        registry.abandon("r1", "enough");
        create("recomp");
        assertThat(report().notes()).containsExactly("enough");
    }

    private void assertBadFrameAfter(String engine, Object good, Object bad)
            throws ProtocolException {
        assertBadFrame(engine, frame(good), frame(bad));
    }

    private void assertBadFrame(String engine, EngineFrame.Builder... frames)
            throws ProtocolException {
        links.clear();
        places.clear();
        start("recomp");
        for (EngineFrame.Builder frame : frames) {
            assertThat(link(engine).refused).isNull();
            place(engine).receive(frame.build());
        }
        assertThat(link(engine).refused)
                .as(Arrays.toString(frames))
                .isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        goodbyeAll();
        assertThat(report().notes())
                .anyMatch(note -> note.startsWith("engine \"" + engine + "\" broke the protocol"));
    }

    private void create(String... subjects) {
        registry.create(
                spec("r1", subjects),
                new RunListener() {
                    @Override
                    public void runStarted() {
                        started = true;
                    }

                    @Override
                    public void ended(RunReport result) {
                        report = result;
                    }
                });
    }

    private static RunSpec spec(String name, String... subjects) {
        List<EngineSpec> engines = new ArrayList<>();
        engines.add(new EngineSpec("interp", Role.REFERENCE));
        for (String subject : subjects) {
            engines.add(new EngineSpec(subject, Role.SUBJECT));
        }
        return new RunSpec(name, engines, Grain.BLOCK, Strength.FULL, CONNECT, IDLE, "test");
    }

    private void start(String... subjects) throws ProtocolException {
        create(subjects);
        join("interp");
        for (String subject : subjects) {
            join(subject);
        }
    }

    private void join(String engine) throws ProtocolException {
        join(hello(engine));
    }

    private void join(Hello.Builder hello) throws ProtocolException {
        FakeLink link = new FakeLink();
        Place place = registry.join(hello.build(), link);
        links.put(hello.getName(), link);
        places.put(hello.getName(), place);
    }

    private static Hello.Builder hello(String engine) {
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolVersion(Protocol.VERSION)
                        .setRun("r1")
                        .setName(engine)
                        .setRole(
                                engine.equals("interp")
                                        ? Role.REFERENCE.wire()
                                        : Role.SUBJECT.wire())
                        .setImplementation(engine)
                        .addGrains(Grain.BLOCK.wire());
        for (Strength strength : Strength.values()) {
            hello.addStrengths(strength.wire());
        }
        for (String item : List.of("program", "arguments", "environment", "machine", "rules")) {
            hello.addAgreement(
                    AgreementItem.newBuilder()
                            .setName(item)
                            .setDigest(ByteString.copyFromUtf8(item))
                            .setText("text of " + item));
        }
        return hello;
    }

    private void send(String engine, Object message) {
        place(engine).receive(frame(message).build());
    }

    private static EngineFrame.Builder frame(Object message) {
        EngineFrame.Builder frame = EngineFrame.newBuilder();
        return switch (message) {
            case RecordBatch batch -> frame.setRecordBatch(batch);
            case InputRequest request -> frame.setInputRequest(request);
            case InputReport input -> frame.setInputReport(input);
            case GuestEnd end -> frame.setGuestEnd(end);
            case Heartbeat heartbeat -> frame.setHeartbeat(heartbeat);
            case Goodbye goodbye -> frame.setGoodbye(goodbye);
            default -> throw new IllegalArgumentException(message.toString());
        };
    }

    private static RecordBatch blocks(int first, int count) {
        return Guest.batch(first, 0, Collections.nCopies(count, new Block(0, 5, 1, 0)));
    }

    private InputReport input(int step, int bytes, boolean more) {
        return InputReport.newBuilder()
                .setRequest(guest.question(0, step))
                .setResult(result(step, bytes).setMore(more))
                .build();
    }

    private static InputReport more(int step, int bytes) {
        return InputReport.newBuilder().setResult(result(step, bytes).setMore(true)).build();
    }

    private static InputResult.Builder result(int step, int bytes) {
        return InputResult.newBuilder()
                .setStep(step)
                .setNumber(63)
                .addWrites(MemoryWrite.newBuilder().setData(ByteString.copyFrom(new byte[bytes])));
    }

    private void goodbye(String engine) {
        Exit.Builder exit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_KILLED);
        send(
                engine,
                Goodbye.newBuilder()
                        .setStepCount(40)
                        .setBlockCount(2)
                        .setExit(exit)
                        .setElapsedMs(7)
                        .build());
    }

    private void goodbyeAll() {
        List.copyOf(places.keySet()).forEach(this::goodbye);
    }

    /** Lets time pass, as seen by a ticker. */
    private void advance(Duration duration) {
        for (int i = 0; i < 100; i++) {
            nowNanos += duration.toNanos() / 100;
            registry.tick();
        }
    }

    private FakeLink link(String engine) {
        return Objects.requireNonNull(links.get(engine));
    }

    private Place place(String engine) {
        return Objects.requireNonNull(places.get(engine));
    }

    private RunReport report() {
        return Objects.requireNonNull(report, "no report");
    }
}
