package dev.lockstep.gdb;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A peer that answers packets as a test says: bytes as they are to travel, or none. */
final class FakeStub implements Closeable {
    /** Hangs up instead of answering. */
    static final String HANG_UP = "hang up";

    private final ServerSocketChannel server;
    private final UnaryOperator<String> answers;
    private final List<String> heard = new CopyOnWriteArrayList<>();

    private FakeStub(Path socket, UnaryOperator<String> answers) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        this.answers = answers;
    }

    /**
     * Listens at a path.
     *
     * @param answers gives the bytes that answer the text of a packet
     */
    static FakeStub listen(Path socket, UnaryOperator<String> answers) throws IOException {
        FakeStub stub = new FakeStub(socket, answers);
        Thread.ofVirtual().start(stub::serve);
        return stub;
    }

    /** Returns the answers of a stub that knows the least there is. */
    static String leastAnswer(String command) {
        return switch (command.charAt(0)) {
            case '?' -> packet("S05");
            case 'g' -> packet("0".repeat(2 * 33 * 8));
            default -> packet("");
        };
    }

    static String packet(String text) {
        return "+" + Packets.encode(text);
    }

    /** Returns the texts of all packets that came. */
    List<String> heard() {
        return heard;
    }

    private void serve() {
        try (SocketChannel channel = server.accept()) {
            PacketReader reader = new PacketReader();
            ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
            while (channel.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    if (reader.accept(bytes.get()) instanceof PacketReader.Unit.Packet(String t)
                            && !answer(channel, t)) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private boolean answer(SocketChannel channel, String text) throws IOException {
        heard.add(text);
        String answer = answers.apply(text);
        if (answer.equals(HANG_UP)) {
            return false;
        }
        channel.write(StandardCharsets.ISO_8859_1.encode(answer));
        return true;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
