package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.server.run.Guest.Block;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Window grain: a record is a window of blocks, whose last column counts them. */
class WindowGrainTest extends RunHarness {
    /** Blocks of each window. */
    private static final int BLOCKS = 7;

    @BeforeEach
    void askForWindowGrain() {
        grain = Grain.WINDOW;
    }

    @Test
    void enginesAreToldHowLongAWindowIs() throws ProtocolException {
        start("recomp");
        Welcome welcome = Objects.requireNonNull(link("recomp").welcome);
        assertThat(welcome.getGrain()).isEqualTo(Grain.WINDOW.wire());
        assertThat(welcome.getWindowSteps()).isEqualTo(1 << 20);
        assertThat(welcome.getCheckpointWindows()).isEqualTo(16);
        assertThat(welcome.getBatchRecordLimit()).isEqualTo(1);
        assertThat(welcome.getCredit().getRecordCount()).isEqualTo(8);
    }

    @Test
    void enginesOfOtherGrainsAreToldToo() throws ProtocolException {
        grain = Grain.BLOCK;
        start("recomp");
        assertThat(Objects.requireNonNull(link("recomp").welcome).getWindowSteps())
                .isEqualTo(1 << 20);
    }

    @Test
    void windowsTheirBlocksAndTheirDigestsOfStateAreCounted() throws ProtocolException {
        start("recomp");
        for (int window = 0; window < 33; window++) {
            send("interp", window(window, 5));
            send("recomp", window(window, 5));
        }
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().compared()).isEqualTo(new Compared(330, 231, 33, 33, 33, 2, 0));
    }

    @Test
    void theBlocksOfAnEngineAreThoseOfItsWindows() throws ProtocolException {
        start("recomp");
        send("interp", window(0, 5));
        registry.abandon("r1", "enough");

        assertThat(place("interp").report(null).blocks()).isEqualTo(BLOCKS);
    }

    @Test
    void moreWindowsThanGrantedAreRefused() throws ProtocolException {
        start("recomp");
        for (int window = 0; window < 9; window++) {
            send("interp", window(window, 5));
        }
        assertThat(link("interp").refused).isEqualTo(ErrorCode.ERROR_CODE_CREDIT_EXCEEDED);
    }

    @Test
    void everySecondEqualWindowBringsCredit() throws ProtocolException {
        start("recomp");
        for (int window = 0; window < 4; window++) {
            send("interp", window(window, 5));
            send("recomp", window(window, 5));
        }
        assertThat(link("interp").credits)
                .extracting(c -> c.getRecordCount())
                .containsExactly(10L, 12L);
    }

    @Test
    void aWindowThatDiffersIsADivergenceFromItsStart() throws ProtocolException {
        start("recomp");
        send("interp", window(0, 5));
        send("recomp", window(0, 5));
        send("interp", window(1, 5));
        send("recomp", window(1, 6));
        goodbyeAll();

        Divergence divergence = report().divergences().getFirst();
        assertThat(divergence.step()).isEqualTo(10);
        assertThat(divergence.field()).isEqualTo("digest");
        assertThat(divergence.block()).isEqualTo(BLOCKS);
    }

    @Test
    void anotherNumberOfBlocksIsADifference() throws ProtocolException {
        start("recomp");
        send("interp", window(0, 5));
        send("recomp", Guest.batch(0, 0, List.of(new Block(0, 5, 10, BLOCKS + 1))));
        goodbyeAll();

        Divergence divergence = report().divergences().getFirst();
        assertThat(divergence)
                .extracting(Divergence::field, Divergence::reference, Divergence::subject)
                .containsExactly("blocks", "7", "8");
    }

    @Test
    void windowsThatEndAtDifferentStepsAreNotJoined() throws ProtocolException {
        policy = Policy.TRACK;
        start("recomp");
        send("interp", window(0, 5));
        send("recomp", Guest.batch(0, 0, List.of(new Block(0, 5, 12, BLOCKS))));
        goodbyeAll();

        assertThat(report().divergences()).hasSize(1);
        assertThat(report().divergences().getFirst())
                .extracting(Divergence::field, Divergence::reference, Divergence::subject)
                .containsExactly("steps", "10", "12");
        assertThat(report().notes())
                .contains(
                        "recomp was given up after 1 divergence: their windows do not end at the"
                                + " same step any more");
    }

    @Test
    void aWrongRegisterBeforeAnInputIsBlamedOnTheWindow() throws ProtocolException {
        start("recomp");
        send("interp", input(question(5, 1), 3, false));
        InputRequest wrong = question(6, 1);
        send("recomp", wrong.toBuilder().setArguments(1, 9).build());
        goodbyeAll();

        assertThat(report().divergences().getFirst())
                .extracting(Divergence::step, Divergence::field)
                .containsExactly(0L, "digest");
    }

    @Test
    void aWindowGoesOnAfterAnInput() throws ProtocolException {
        start("recomp");
        send("interp", input(question(5, 1), 3, false));
        send("recomp", question(5, 1));
        send("interp", window(0, 5));
        send("recomp", window(0, 5));
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().compared()).isEqualTo(new Compared(10, BLOCKS, 1, 1, 1, 0, 1));
        assertThat(report().divergences()).isEmpty();
    }

    @Test
    void commitSaysWhatItDoesNotCompare() throws ProtocolException {
        start(Strength.COMMIT);
        registry.abandon("r1", "enough");
        goodbyeAll();

        assertThat(report().strength()).isEqualTo(Strength.COMMIT);
        assertThat(report().notes())
                .contains(
                        "commit only: registers were compared at the ends of windows, their values"
                                + " between stores were not");
    }

    private void start(Strength offered) throws ProtocolException {
        create("recomp");
        for (String engine : List.of("interp", "recomp")) {
            join(hello(engine).clearStrengths().addStrengths(offered.wire()));
        }
    }

    private InputRequest question(long digest, int blocks) {
        InputRequest.Builder question = guest.question(0, 4).toBuilder();
        question.getOpenRecordBuilder().setDigest(digest).setTurns(blocks);
        return question.build();
    }

    /** Returns a window of ten steps, with this digest. */
    private static dev.lockstep.proto.v1.RecordBatch window(int number, long digest) {
        List<Block> rows = new ArrayList<>();
        rows.add(new Block(0, digest, 10, BLOCKS));
        return Guest.batch(number * 10L, 0, rows);
    }
}
