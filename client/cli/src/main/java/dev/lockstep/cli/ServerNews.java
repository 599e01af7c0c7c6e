package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.cli.text.Terminal;
import dev.lockstep.proto.v1.DivergencesGrpc;
import dev.lockstep.proto.v1.WatchDivergencesRequest;
import dev.lockstep.proto.v1.WatchDivergencesResponse;
import dev.lockstep.server.transport.ControlClient;

import io.grpc.StatusRuntimeException;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Iterator;

/**
 * What a server says of its runs on its terminal. It watches itself, as any client would. Nobody
 * waits for the terminal, which may take nothing for hours.
 */
final class ServerNews implements Runnable {
    private final Path socket;
    private final PrintStream out;
    private final EventText text;
    private final String invitation;

    private ServerNews(Path socket, PrintStream out, EventText text, String invitation) {
        this.socket = socket;
        this.out = out;
        this.text = text;
        this.invitation = invitation;
    }

    /**
     * Starts to print an invitation and then what happens; the thread ends when the server has
     * closed.
     */
    static Thread follow(Path socket, PrintStream out, String invitation) {
        Palette palette = Palette.of(Terminal.of(Terminal.STANDARD_ERROR));
        EventText text = new EventText(GuestCode.NONE, palette);
        return start(new ServerNews(socket, out, text, invitation));
    }

    /** Prints a line when the terminal takes it. */
    static void tell(String line, PrintStream out) {
        start(() -> out.println(line));
    }

    private static Thread start(Runnable printing) {
        return Thread.ofPlatform().daemon().name("lockstep-news").start(printing);
    }

    @Override
    public void run() {
        out.print(invitation);
        try (ControlClient client = ControlClient.of(socket)) {
            Iterator<WatchDivergencesResponse> news =
                    DivergencesGrpc.newBlockingStub(client.channel())
                            .watchDivergences(WatchDivergencesRequest.getDefaultInstance());
            long dropped = 0;
            while (news.hasNext()) {
                WatchDivergencesResponse next = news.next();
                dropped += next.getDropped().getEventCount();
                if (next.hasEvent()) {
                    out.print(text.text(next.getEvent(), dropped));
                    dropped = 0;
                }
            }
        } catch (StatusRuntimeException e) {
            out.println("lockstep: runs go on unseen here: " + e.getMessage());
        }
    }
}
