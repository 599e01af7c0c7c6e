package dev.lockstep.gdb;

import dev.lockstep.gdb.PacketReader.Unit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends packets to a stub and takes its answers, one for each. Acknowledges what comes until both
 * sides do without, with the next packet or by {@link #settle}; has repeated what was damaged.
 *
 * <p>Confined to the engine's thread but for {@link #farewell}.
 */
final class StubConnection implements Closeable {
    /** How often a packet is sent again before the line is given up. */
    private static final int MAX_REPETITIONS = 3;

    private static final int BUFFER_BYTES = 1 << 16;

    private final StubAddress address;
    private final SocketChannel channel;
    private final Duration timeout;
    private final AnswerWatch watch;
    private final ByteBuffer received = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();
    private final PacketReader reader = new PacketReader();
    private boolean acknowledges = true;
    private boolean owesAcknowledgement;

    private StubConnection(StubAddress address, SocketChannel channel, Duration timeout) {
        this.address = address;
        this.channel = channel;
        this.timeout = timeout;
        watch = AnswerWatch.start(channel, timeout);
    }

    /**
     * Connects to a stub.
     *
     * @param timeout how long it may take for an answer
     */
    static StubConnection open(StubAddress address, Duration timeout) throws IOException {
        return new StubConnection(address, address.connect(), timeout);
    }

    /** Both sides do without acknowledgements from now on. */
    void stopAcknowledging() {
        settle();
        acknowledges = false;
    }

    /**
     * Returns what the stub answers.
     *
     * @throws StubException if it does not, in time
     */
    String ask(String command) {
        String packet = Packets.encode(command);
        return await(packet, packet);
    }

    /** Returns one more packet that belongs to the last answer. */
    String next() {
        return await("", "");
    }

    /** Acknowledges what has come; belongs before a time in which nothing is asked. */
    void settle() {
        if (owesAcknowledgement) {
            send("");
        }
    }

    /** Asks the stub to end its program; does not wait, and does not mind if that is too late. */
    void farewell() {
        try {
            channel.write(StandardCharsets.ISO_8859_1.encode(Packets.encode("k")));
        } catch (IOException e) {
            // It is gone already.
        }
    }

    private String await(String packet, String repeated) {
        watch.begin();
        try {
            send(packet);
            return answer(repeated);
        } finally {
            watch.end();
        }
    }

    private String answer(String packet) {
        for (int repetitions = 0; repetitions <= MAX_REPETITIONS; ) {
            switch (receive()) {
                case Unit.Packet(String text) -> {
                    owesAcknowledgement = acknowledges;
                    return text;
                }
                case Unit.Acknowledgement(boolean positive) -> {
                    if (!positive) {
                        send(packet);
                        repetitions++;
                    }
                }
                case Unit.Damaged() -> {
                    if (!acknowledges) {
                        throw damaged();
                    }
                    send(String.valueOf(Packets.REJECTED));
                    repetitions++;
                }
            }
        }
        throw damaged();
    }

    private void send(String text) {
        String all = owesAcknowledgement ? Packets.ACKNOWLEDGED + text : text;
        owesAcknowledgement = false;
        ByteBuffer bytes = StandardCharsets.ISO_8859_1.encode(all);
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private Unit receive() {
        while (true) {
            while (received.hasRemaining()) {
                Unit unit = reader.accept(received.get());
                if (unit != null) {
                    return unit;
                }
            }
            fill();
        }
    }

    private void fill() {
        try {
            received.clear();
            int count = channel.read(received);
            received.flip();
            if (count < 0) {
                throw failure("it has closed the connection", "one that lasts as long as the run");
            }
        } catch (IOException e) {
            throw gone(e);
        }
    }

    private StubException damaged() {
        return failure("packets arrive damaged", "a line that loses nothing");
    }

    private StubException gone(IOException cause) {
        return watch.hasExpired()
                ? failure(
                        "no answer within %d ms".formatted(timeout.toMillis()),
                        "one by then; --timeout gives it more time")
                : failure(
                        "the connection is lost: " + cause.getMessage(),
                        "one that lasts as long as the run");
    }

    private StubException failure(String what, String expected) {
        return new StubException(
                "the stub at %s: %s (expected: %s)".formatted(address.text(), what, expected));
    }

    @Override
    public void close() throws IOException {
        watch.close();
        channel.close();
    }
}
