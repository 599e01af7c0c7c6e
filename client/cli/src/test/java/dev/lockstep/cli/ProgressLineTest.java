package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.report.Reports;
import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Progress.EngineSteps;
import dev.lockstep.server.run.Role;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class ProgressLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Commentary commentary = new Commentary(true, GuestCode.NONE);
    private long nanos;

    @Test
    void tellsStepsRateAndLead() {
        ProgressLine line = new ProgressLine(screen(true), () -> nanos, commentary);
        line.progressed(progress(1_000_000, 1_500_000));
        nanos += 500_000_000;
        line.draw();
        assertThat(drawn()).contains("1.00 M steps, 2.00 M/s, lead 500 k");
    }

    @Test
    void saysWhichEngineIsInsideItsHost() {
        ProgressLine line = new ProgressLine(screen(true), () -> nanos, commentary);
        line.progressed(progress(10, 10, 101L));
        line.draw();
        assertThat(drawn()).contains("lead 0, interp in host call 101");
    }

    @Test
    void givesWayToOutput() {
        StatusLine screen = screen(true);
        screen.show("status");
        screen.print("text\n");
        assertThat(drawn()).endsWith("\r\033[Ktext\n");
    }

    @Test
    void isSilentWhereNobodyWatches() {
        ProgressLine line = new ProgressLine(screen(false), () -> nanos, commentary);
        line.progressed(progress(1, 1));
        line.draw();
        assertThat(drawn()).isEmpty();
    }

    @Test
    void saysWhereTheEnginesAreBeforeTheWindowBegins() {
        ProgressLine line = new ProgressLine(screen(true), () -> nanos, commentary);
        line.progressed(progress(0, 2_000));
        line.draw();
        assertThat(drawn()).contains("nothing compared yet, at step 2.00 k");
    }

    @Test
    void tellsOfDivergencesAsTheyAreFound() {
        ProgressLine line = new ProgressLine(screen(false), () -> nanos, commentary);
        line.diverged(Reports.DIVERGENCE);
        line.draw();
        assertThat(drawn())
                .isEqualTo(
                        "difference: digest of recomp at step 1,234, block 56, pc 0x10238,"
                                + " distance 0: 0x1 against 0x2\n");
    }

    @Test
    void endsALineThatAProfileLeftOpen() {
        ProgressLine line = new ProgressLine(screen(false), () -> nanos, commentary);
        line.said("giving up.");
        line.draw();
        assertThat(drawn()).isEqualTo("giving up.");

        line.finish();
        assertThat(drawn()).isEqualTo("giving up.\n");
    }

    @Test
    void countsWhatCameTooFastToBeShown() {
        ProgressLine line = new ProgressLine(screen(false), () -> nanos, commentary);
        for (int piece = 0; piece < Commentary.CAPACITY_PIECES + 3; piece++) {
            line.said("x\n");
        }
        line.draw();
        assertThat(drawn()).endsWith("x\nnote: 3 messages came too fast to be shown\n");
    }

    private StatusLine screen(boolean interactive) {
        return new StatusLine(new PrintStream(out, true, StandardCharsets.UTF_8), interactive);
    }

    private String drawn() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Progress progress(long agreed, long ahead) {
        return progress(agreed, ahead, null);
    }

    private static Progress progress(long agreed, long ahead, @Nullable Long hostCall) {
        return new Progress(
                0,
                new Compared(agreed, 0, 0, 0, 0, 0, 0),
                List.of(
                        new EngineSteps("interp", Role.REFERENCE, ahead, 0, hostCall),
                        new EngineSteps("recomp", Role.SUBJECT, agreed, 0, null)));
    }
}
