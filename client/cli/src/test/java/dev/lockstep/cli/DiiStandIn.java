package dev.lockstep.cli;

import dev.lockstep.cli.BareStepper.Outcome;
import dev.lockstep.isa.Kind;
import dev.lockstep.riscv.bare.BareMachine;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * An implementation behind RVFI-DII, version 1: our interpreter, which executes what it is sent.
 * The wire layout is written down here once more, on purpose.
 */
final class DiiStandIn implements AutoCloseable {
    private static final int PACKET_BYTES = 8;
    private static final int RECORD_BYTES = 88;
    private static final int COMMAND = 6;

    /** The number of records that only lead to the program. */
    static final long LOADING = -1;

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Path program;
    private final Answers answers;

    /** What becomes of its answers. */
    interface Answers {
        /** They are sent as they are. */
        Answers RIGHT = (number, record, out) -> out.write(record);

        /**
         * Sends one, or does not.
         *
         * @param number of the record, from 0 at the program's entry; before, {@link #LOADING}
         */
        void send(long number, byte[] record, OutputStream out) throws IOException;
    }

    /**
     * Starts to listen.
     *
     * @param program of which only the place of its host's variables is used
     */
    DiiStandIn(Path program, Answers answers) throws IOException {
        this.program = program;
        this.answers = answers;
        Thread.ofPlatform().daemon().name("dii-stand-in").start(this::serveAll);
    }

    String address() {
        return "rvfi-dii:localhost:" + server.getLocalPort();
    }

    private void serveAll() {
        try {
            while (true) {
                try (Socket socket = server.accept();
                        BareStepper guest = new BareStepper(program)) {
                    serve(socket, guest);
                } catch (EOFException e) {
                    // The other side has left.
                }
            }
        } catch (SocketException e) {
            // Closed.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket socket, BareStepper guest) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] packet = new byte[PACKET_BYTES];
        long entry = guest.hart().pc;
        boolean isLoaded = false;
        long number = LOADING;
        while (true) {
            in.readFully(packet);
            boolean isReset = packet[COMMAND] == 0;
            byte[] record = isReset ? reset(guest) : execute(guest, packet);
            answers.send(number, record, socket.getOutputStream());
            isLoaded |= !isReset && guest.hart().pc == entry;
            number += isLoaded ? 1 : 0;
        }
    }

    private static byte[] reset(BareStepper guest) {
        byte[] zeros = new byte[1 << 20];
        for (long at = 0; at < BareMachine.RAM_BYTES; at += zeros.length) {
            if (guest.memory().digest() == 0) {
                break;
            }
            guest.memory().poke(BareMachine.RAM_START + at, zeros, 0, zeros.length);
        }
        guest.hart().pc = BareMachine.RAM_START;
        byte[] record = new byte[RECORD_BYTES];
        record[86] = 1;
        return record;
    }

    /** What is sent takes the place of what is in memory, while it is executed. */
    private static byte[] execute(BareStepper guest, byte[] packet) {
        long pc = guest.hart().pc;
        byte[] before = new byte[4];
        guest.memory().peek(pc, before, 0, 4);
        guest.memory().poke(pc, packet, 0, 4);
        Outcome done = guest.step();
        boolean overwritesItself =
                done.stored().isPresent() && Math.abs(done.address() - pc) < Long.BYTES;
        if (!overwritesItself) {
            guest.memory().poke(pc, before, 0, 4);
        }
        return record(guest, done);
    }

    private static byte[] record(BareStepper guest, Outcome done) {
        ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(8, done.pc()).putLong(16, guest.hart().pc).putLong(24, done.in().raw());
        boolean writes = done.completed() && done.in().op().writesX() && done.in().rd() != 0;
        if (writes) {
            record.putLong(48, guest.hart().x[done.in().rd()]).put(84, (byte) done.in().rd());
        }
        int mask = (1 << done.in().op().width()) - 1;
        if (done.stored().isPresent()) {
            record.putLong(56, done.address()).putLong(72, done.stored().get());
            record.put(81, (byte) mask);
        }
        if (done.completed() && done.in().op().kind() == Kind.LOAD) {
            record.putLong(56, done.address()).put(80, (byte) mask);
        }
        return record.put(85, (byte) (done.completed() ? 0 : 1)).array();
    }

    @Override
    public void close() throws IOException {
        server.close(); // Which ends its thread.
    }
}
