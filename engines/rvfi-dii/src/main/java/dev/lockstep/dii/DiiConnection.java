package dev.lockstep.dii;

import dev.lockstep.riscv.command.EngineException;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The conversation with an implementation: a packet there, a record back.
 *
 * <pre>
 *   | insn u32 | time u16 | command u8 | 0 u8 |   little-endian
 * </pre>
 */
final class DiiConnection {
    /** Packets on their way at most: the peer may read no more before its answers are read. */
    static final int WINDOW_PACKETS = 64;

    private static final int CONNECT_TIMEOUT_MS = 10_000;
    private static final int PACKET_BYTES = 8;

    private static final byte RESET = 0;
    private static final byte INSTRUCTION = 1;
    private static final short TIME = 1;

    private final DiiAddress address;
    private final Socket socket;
    private final InputStream in;
    private final int timeoutMs;
    private final byte[] record = new byte[RvfiRecord.BYTES];
    private long injected;

    private DiiConnection(DiiAddress address, Socket socket, int timeoutMs) throws IOException {
        this.address = address;
        this.socket = socket;
        this.timeoutMs = timeoutMs;
        in = socket.getInputStream();
    }

    /**
     * Connects.
     *
     * @param timeoutMs how long an answer may take
     * @throws EngineException if nothing listens there
     */
    static DiiConnection open(DiiAddress address, int timeoutMs) {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(timeoutMs);
            socket.connect(address.resolve(), CONNECT_TIMEOUT_MS);
            return new DiiConnection(address, socket, timeoutMs);
        } catch (IOException | IllegalArgumentException e) {
            throw new EngineException(
                    "%s: %s (expected: an implementation that listens for RVFI-DII, such as sail_riscv_sim --rvfi-dii PORT)"
                            .formatted(address, e.getMessage()),
                    e);
        }
    }

    /** Brings the implementation to its reset: registers and memory zero, pc 0x80000000. */
    void reset() {
        send(new byte[PACKET_BYTES]);
        RvfiRecord answer = receive();
        if (!answer.halted()) {
            throw wrong("answered a reset with a record that does not say so (expected: halt)");
        }
    }

    /** Has an instruction executed; returns what it did. */
    RvfiRecord inject(int instruction) {
        send(packets(List.of(instruction)));
        return receive();
    }

    /**
     * Has instructions executed that only bring about a state.
     *
     * @param instructions at most {@link #WINDOW_PACKETS}
     * @throws EngineException if one traps
     */
    void injectAll(List<Integer> instructions) {
        send(packets(instructions));
        for (int instruction : instructions) {
            RvfiRecord done = receive();
            if (done.trapped()) {
                throw wrong(
                        "0x%08x trapped at 0x%x while the program was put into memory"
                                .formatted(instruction, done.pc()));
            }
        }
    }

    private static byte[] packets(List<Integer> instructions) {
        ByteBuffer packets =
                ByteBuffer.allocate(instructions.size() * PACKET_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int instruction : instructions) {
            packets.putInt(instruction).putShort(TIME).put(INSTRUCTION).put(RESET);
        }
        return packets.array();
    }

    private void send(byte[] packets) {
        try {
            socket.getOutputStream().write(packets);
        } catch (IOException e) {
            throw wrong("took no more instructions: " + e.getMessage());
        }
    }

    private RvfiRecord receive() {
        int length = 0;
        try {
            while (length < record.length) {
                int read = in.read(record, length, record.length - length);
                if (read < 0) {
                    throw wrong(
                            "closed the connection after %d of the %d bytes of a record"
                                    .formatted(length, record.length));
                }
                length += read;
            }
        } catch (SocketTimeoutException e) {
            throw wrong(
                    "did not answer within %d ms, but for %d of %d bytes (--timeout sets another time)"
                            .formatted(timeoutMs, length, record.length));
        } catch (IOException e) {
            throw wrong("cannot be heard: " + e.getMessage());
        }
        injected++;
        return RvfiRecord.of(record);
    }

    /** Returns the exception that says what is wrong with the implementation. */
    EngineException wrong(String what) {
        return new EngineException(
                "%s, record %d: %s".formatted(address, injected + 1, "the implementation " + what));
    }
}
