package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A log that a test writes into a named pipe, while somebody reads it. */
final class GrowingLog implements Closeable {
    private final Path file;
    private final RandomAccessFile pipe;
    private final Map<Long, Long> sizes = new HashMap<>();

    /** Makes the pipe and begins the log: its reader may come later, but before the end. */
    GrowingLog(Path file) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
        this.file = file;
        this.pipe = new RandomAccessFile(file.toFile(), "rw"); // To write alone waits for a reader.
        line(Verdicts.HEADER);
    }

    /** Returns the pipe. */
    Path file() {
        return file;
    }

    /** Adds an event of a thread, with the next index. */
    void add(long tid, String kind, String payload) throws IOException {
        long index = sizes.merge(tid, 1L, Long::sum) - 1;
        line(event(tid, index, kind, payload));
    }

    void line(String text) throws IOException {
        pipe.write((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        pipe.close();
    }
}
