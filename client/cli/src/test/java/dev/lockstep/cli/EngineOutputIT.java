package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** What processes write that have ended by the time it is read. */
@Timeout(60)
final class EngineOutputIT {
    private static final long PAUSE_MS = 700;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @Test
    void allThatADeadProcessWroteIsPassedOnHoweverSlowlyItIsRead() throws Exception {
        int count = 60_000;
        pass("head -c " + count + " /dev/zero", slow());
        assertThat(written.size()).isEqualTo(count);
    }

    @Test
    void aProcessThatHoldsThePipeOpenIsNotWaitedFor() throws Exception {
        pass("echo last words; sleep 20 &", written);
        assertThat(written).hasToString("last words\n");
    }

    @Test
    void aProcessThatWritesForEverIsNotWaitedFor() throws Exception {
        pass("timeout 20 yes & sleep 0.3", written);
        assertThat(written.size()).isPositive();
    }

    /** Waits for the end of a shell and of its output, which a status line passes on. */
    private static void pass(String command, OutputStream out)
            throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-c", command).start();
        StatusLine screen = new StatusLine(new PrintStream(out), false);
        EngineOutput output = EngineOutput.start("shell", shell.getInputStream(), screen);
        output.release();
        shell.waitFor();
        output.awaitEnd();
    }

    /** Returns a stream that takes longer for each piece than a pipe may be silent. */
    private OutputStream slow() {
        return new OutputStream() {
            @Override
            public void write(int letter) {
                written.write(letter);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                try {
                    Thread.sleep(PAUSE_MS);
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                written.write(bytes, offset, length);
            }
        };
    }
}
