package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CaptureEnd;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.PageContents;
import dev.lockstep.proto.v1.SourcePages;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** States are taken of all engines at one step, from parts that come in the order they have to. */
class CapturesTest extends RunHarness {
    private static final CaptureOrder SOON = new CaptureOrder(null, 0);

    private final List<String> heard = new ArrayList<>();

    private final CaptureListener listener =
            new CaptureListener() {
                @Override
                public void began(Capturing capturing) {}

                @Override
                public void arrived(int engine, CapturePart part) {
                    heard.add(engine + " " + part.getPartCase() + " " + part.getStep());
                }

                @Override
                public void ended(String why) {
                    heard.add("ended: " + why);
                }

                @Override
                public void brokenOff(String why) {
                    heard.add("broken off: " + why);
                }
            };

    private Capturing capture(CaptureOrder order) {
        return registry.capture("r1", order, listener).orElseThrow();
    }

    private static CapturePart.Builder part(long id, long step) {
        return CapturePart.newBuilder().setId(id).setStep(step);
    }

    private static CapturePart state(long step) {
        return part(1, step).setState(GuestState.newBuilder().setStep(step)).build();
    }

    private static CapturePart end(long step) {
        return part(1, step).setEnd(CaptureEnd.getDefaultInstance()).build();
    }

    private static CapturePart pages(long step, int count) {
        return part(1, step)
                .setPages(ByteString.copyFrom(new byte[count * Protocol.PAGE_ROW_BYTES]))
                .build();
    }

    private static CapturePart contents(long step, int count) {
        PageContent page =
                PageContent.newBuilder()
                        .setData(ByteString.copyFrom(new byte[Protocol.PAGE_BYTES]))
                        .build();
        PageContents.Builder contents = PageContents.newBuilder();
        for (int i = 0; i < count; i++) {
            contents.addPages(page);
        }
        return part(1, step).setContents(contents).build();
    }

    private void tell(String engine, long step) {
        send(engine, state(step));
        send(engine, end(step));
    }

    /** Starts a run of two engines whose states are wanted. */
    private Capturing startOrdered(CaptureOrder order) throws ProtocolException {
        create("recomp");
        Capturing capture = capture(order);
        join("interp");
        join("recomp");
        return capture;
    }

    private void tellAll(long step) throws ProtocolException {
        tell("interp", step);
        tell("recomp", step);
    }

    private void endGuests() {
        for (String engine : List.of("interp", "recomp")) {
            send(engine, guest.batch(0, 20, 40));
            send(engine, guest.end());
        }
    }

    @Test
    void theStepIsOneThatNoEngineHasCreditToPass() throws ProtocolException {
        start("recomp");
        send("interp", guest.batch(0, 20));
        Capturing capture = capture(SOON);

        long mostBlocks = Bounds.RECORD_WINDOW;
        assertThat(capture.step()).isGreaterThanOrEqualTo(20 + (mostBlocks - 1) * 64);
        assertThat(links.values())
                .allSatisfy(link ->
                        assertThat(link.captures)
                                .containsExactly(
                                        Capture.newBuilder()
                                                .setId(1)
                                                .setStep(capture.step())
                                                .build()));
    }

    @Test
    void whatIsOrderedBeforeTheEnginesComeIsToldThemBeforeTheyStart() throws ProtocolException {
        startOrdered(new CaptureOrder(0L, 10));

        assertThat(links.values())
                .allSatisfy(link -> assertThat(link.order).startsWith("capture", "welcome"));
        assertThat(link("interp").captures.getFirst().getEverySteps()).isEqualTo(10);
    }

    @Test
    void aStepThatMayLieBehindIsRefused() throws ProtocolException {
        start("recomp");

        assertThatExceptionOfType(CaptureRefusedException.class)
                .isThrownBy(() -> capture(new CaptureOrder(5L, 0)))
                .withMessageContaining("step 5 lies behind: engines may have come to step ");
    }

    @Test
    void anEngineThatCannotTellItsStateIsNotAsked() throws ProtocolException {
        create("recomp");
        join("interp");
        join(hello("recomp").setCaptures(false));

        assertThatExceptionOfType(CaptureRefusedException.class)
                .isThrownBy(() -> capture(SOON))
                .withMessage("run \"r1\": engine \"recomp\" cannot tell its state");
    }

    @Test
    void anOrderEndsWhenAnEngineComesThatCannotTellItsState() throws ProtocolException {
        create("recomp");
        capture(SOON);
        join("interp");
        join(hello("recomp").setCaptures(false));

        assertThat(heard).containsExactly("broken off: engine \"recomp\" cannot tell its state");
        assertThat(started).isTrue();
    }

    @Test
    void ordersBeyondTheBoundAreRefused() throws ProtocolException {
        start("recomp");
        for (int i = 0; i < Bounds.CAPTURES; i++) {
            capture(SOON);
        }

        assertThatExceptionOfType(CaptureRefusedException.class)
                .isThrownBy(() -> capture(SOON))
                .satisfies(e ->
                        assertThat(e.reason()).isEqualTo(CaptureRefusedException.Reason.TOO_MANY));
    }

    @Test
    void aRunThatHasEndedWaitsForTheStatesThatAllEnginesHaveToldOf() throws ProtocolException {
        Capturing capture = startOrdered(new CaptureOrder(20L, 0));
        tellAll(20);
        endGuests();
        assertThat(link("interp").halted).isNull();

        capture.want(0, 20, ByteString.copyFrom(new byte[2 * Protocol.PAGE_HASH_BYTES]));
        send("interp", contents(20, 2));
        capture.finish(0, 20);
        assertThat(link("interp").halted).isNull();
        capture.finish(1, 20);

        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);
        assertThat(heard)
                .containsExactly(
                        "0 STATE 20",
                        "0 END 20",
                        "1 STATE 20",
                        "1 END 20",
                        "0 CONTENTS 20",
                        "ended: run \"r1\" has ended");
        assertThat(link("recomp").doneCaptures)
                .contains(CaptureDone.newBuilder().setId(1).setStep(20).build());
    }

    @Test
    void aRunDoesNotWaitForAStateThatOnlyOneEngineToldOf() throws ProtocolException {
        startOrdered(new CaptureOrder(20L, 0));
        tell("interp", 20);
        endGuests();

        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);
        assertThat(heard).endsWith("ended: run \"r1\" has ended");
    }

    @Test
    void aRunThatWaitsForAStateGivesItUpAtTheBound() throws ProtocolException {
        startOrdered(new CaptureOrder(20L, 0));
        tellAll(20);
        endGuests();
        advance(Bounds.CAPTURE_TIMEOUT.plusSeconds(2));

        assertThat(heard).endsWith("broken off: nothing more came for 60 s");
        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);
    }

    @Test
    void aRunWaitsForAStateLongerThanEnginesMayBeSilent() throws ProtocolException {
        idle = Duration.ofSeconds(2);
        Capturing capture = startOrdered(new CaptureOrder(20L, 0));
        tellAll(20);
        endGuests();
        for (int i = 0; i < 10; i++) {
            capture.want(0, 20, ByteString.copyFrom(new byte[Protocol.PAGE_HASH_BYTES]));
            advance(Duration.ofSeconds(1));
            send("interp", contents(20, 1));
        }
        assertThat(link("interp").halted).isNull();
        capture.finish(0, 20);
        capture.finish(1, 20);

        assertThat(link("interp").halted).isEqualTo(HaltReason.HALT_REASON_FINISHED);
    }

    @Test
    void anEngineWhoseStateIsKeptOwesNothingUntilThatIsTaken() throws ProtocolException {
        idle = Duration.ofSeconds(2);
        Capturing capture = startOrdered(new CaptureOrder(20L, 20));
        tellAll(20);
        advance(Duration.ofSeconds(10));
        assertThat(link("interp").halted).isNull();
        capture.finish(0, 20);
        capture.finish(1, 20);
        advance(Duration.ofSeconds(3));

        assertThat(link("interp").text).contains("owes a frame and has been silent for 2 s");
    }

    @Test
    void anEngineThatStopsInTheMiddleOfItsStateIsSilent() throws ProtocolException {
        idle = Duration.ofSeconds(2);
        startOrdered(new CaptureOrder(20L, 20));
        send("interp", state(20));
        tell("recomp", 20);
        advance(Duration.ofSeconds(3));

        assertThat(link("recomp").text).contains("engine \"interp\" owes a frame");
    }

    @Test
    void anOrderEndsWithAnEngineThatVanishes() throws ProtocolException {
        start("recomp");
        capture(SOON);
        place("recomp").vanish("it closed the connection without Goodbye");

        assertThat(heard)
                .containsExactly(
                        "broken off: engine \"recomp\" vanished: it closed the connection without"
                                + " Goodbye");
    }

    @Test
    void laterOrdersDoWithoutASubjectThatWasGivenUp() throws ProtocolException {
        policy = new Policy(Policy.OnDivergence.TRACK, 1);
        create("recomp", "third");
        capture(new CaptureOrder(1_000_000L, 0));
        join("interp");
        join("recomp");
        join("third");
        send("interp", guest.batch(0, 20));
        send("third", guest.withWrongDigest(10).batch(0, 20));
        assertThat(link("third").halted).isNotNull();
        assertThat(heard).containsExactly("broken off: engine \"third\" is compared no further");

        Capturing later = capture(SOON);
        goodbye("third");
        assertThat(later.engines()).extracting(Hello::getName).containsExactly("interp", "recomp");
        assertThat(link("third").captures).hasSize(1);
        assertThat(heard).hasSize(1);
    }

    @Test
    void anOrderEndsWhenEveryEngineHasRefusedTheRest() throws ProtocolException {
        Capturing capture = startOrdered(new CaptureOrder(20L, 20));
        tell("interp", 20);
        capture.finish(0, 20);
        send("interp", part(1, 0).setRefusal("the guest has a pipe").build());
        assertThat(heard).doesNotContain("broken off: the guest has a pipe");
        tell("recomp", 20);
        capture.finish(1, 20);

        assertThat(heard).endsWith("broken off: the guest has a pipe");
    }

    @Test
    void whoCancelsHearsNoMoreAndTheEnginesForget() throws ProtocolException {
        Capturing capture = startOrdered(new CaptureOrder(20L, 20));
        capture.cancel();
        tell("interp", 20);

        assertThat(heard).isEmpty();
        assertThat(links.values())
                .allSatisfy(link ->
                        assertThat(link.doneCaptures)
                                .containsExactly(CaptureDone.newBuilder().setId(1).build()));
    }

    static Stream<List<CapturePart>> wrongParts() {
        return Stream.of(
                List.of(part(2, 20).setState(GuestState.getDefaultInstance()).build()),
                List.of(part(1, 20).build()),
                List.of(state(19)),
                List.of(end(20)),
                List.of(state(20), state(40)),
                List.of(state(20), end(21)),
                List.of(state(20), pages(20, Protocol.MAX_PART_HASHES + 1)),
                List.of(state(20), part(1, 20).setPages(ByteString.copyFrom(new byte[41])).build()),
                List.of(
                        state(20),
                        part(1, 20)
                                .setSourcePages(
                                        SourcePages.newBuilder()
                                                .setHashes(ByteString.copyFrom(new byte[33])))
                                .build()),
                List.of(state(20), end(20), contents(20, 1)),
                List.of(state(20), part(1, 21).setRefusal("no").build()));
    }

    @ParameterizedTest
    @MethodSource("wrongParts")
    void anEngineThatTellsPartsOutOfOrderLosesItsPlace(List<CapturePart> parts)
            throws ProtocolException {
        startOrdered(new CaptureOrder(20L, 0));
        parts.forEach(part -> send("recomp", part));

        assertThat(link("recomp").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        assertThat(heard.getLast()).startsWith("broken off: engine \"recomp\" broke the protocol");
    }
}
