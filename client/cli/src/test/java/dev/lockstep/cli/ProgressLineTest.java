package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.run.Compared;
import dev.lockstep.server.run.Progress;
import dev.lockstep.server.run.Progress.EngineSteps;
import dev.lockstep.server.run.Role;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class ProgressLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long nanos;

    @Test
    void tellsStepsRateAndLead() {
        ProgressLine line = new ProgressLine(screen(true), () -> nanos);
        line.progressed(progress(1_000_000, 1_500_000));
        nanos += 500_000_000;
        line.draw();
        assertThat(drawn()).contains("1.00 M steps, 2.00 M/s, lead 500 k");
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
        ProgressLine line = new ProgressLine(screen(false), () -> nanos);
        line.progressed(progress(1, 1));
        line.draw();
        assertThat(drawn()).isEmpty();
    }

    private StatusLine screen(boolean interactive) {
        return new StatusLine(new PrintStream(out, true, StandardCharsets.UTF_8), interactive);
    }

    private String drawn() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static Progress progress(long agreed, long ahead) {
        return new Progress(
                new Compared(agreed, 0, 0, 0, 0, 0, 0),
                List.of(
                        new EngineSteps("interp", Role.REFERENCE, ahead),
                        new EngineSteps("recomp", Role.SUBJECT, agreed)));
    }
}
