package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.JsonWriter;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.proto.v1.RunEvent;

import java.io.PrintWriter;

/** Standard output of a watch: a line for every event. */
final class WatchOutput {
    private final PrintWriter out;
    private final RunsCommand.Format format;
    private final Palette palette = Palette.of(Terminal.of(Terminal.STANDARD_OUTPUT));

    WatchOutput(PrintWriter out, RunsCommand.Format format) {
        this.out = out;
        this.format = format;
    }

    /**
     * Writes an event.
     *
     * @param server id of the server that gave it its position; empty when it has none
     * @param dropped events that went by unseen right before it
     * @param code what is known of the run's program
     * @throws BrokenPipeException if nobody reads any more
     */
    void write(RunEvent event, String server, long dropped, GuestCode code) {
        out.print(
                switch (format) {
                    case TEXT -> new EventText(code, palette).text(event, dropped);
                    case JSON -> JsonWriter.line(EventDocument.of(event, server, dropped, code));
                });
        if (out.checkError()) {
            throw new BrokenPipeException();
        }
    }

    /** Nobody reads what we write: no mistake, as in {@code lockstep watch | head -1}. */
    static final class BrokenPipeException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }
}
