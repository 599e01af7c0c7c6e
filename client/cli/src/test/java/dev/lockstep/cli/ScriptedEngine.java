package dev.lockstep.cli;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.protocol.Protocol;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** An engine that runs no guest: it says what its first argument tells it to, then waits. */
final class ScriptedEngine {
    private static final int REPLY_BYTES = 64 << 10;

    private ScriptedEngine() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (SocketChannel socket =
                SocketChannel.open(UnixDomainSocketAddress.of(System.getenv("LOCKSTEP_SOCKET")))) {
            boolean leaves = play(arguments[0], socket);
            if (!leaves) {
                awaitEnd(socket);
            }
        }
    }

    /** Says its lines; returns whether it leaves then. */
    private static boolean play(String part, SocketChannel socket) throws IOException {
        switch (part) {
            case "polite" -> send(socket, hello(Protocol.VERSION, "same"));
            case "vanishing" -> send(socket, hello(Protocol.VERSION, "same"));
            case "from-the-future" -> send(socket, hello(Protocol.VERSION + 1, "same"));
            case "of-another-program" -> send(socket, hello(Protocol.VERSION, "other"));
            case "confused" ->
                    write(socket, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            case "talkative" -> write(socket, new byte[] {-1, -1, -1, -1});
            case "speechless" -> {}
            case "nonsensical" -> {
                send(socket, emitting(hello(Protocol.VERSION, "same")));
                awaitWelcome(socket);
                send(socket, event("{\"half\": "));
            }
            default -> throw new IllegalArgumentException("part: " + part);
        }
        if (part.equals("vanishing")) {
            awaitWelcome(socket);
        }
        return part.equals("vanishing");
    }

    private static void awaitWelcome(SocketChannel socket) throws IOException {
        socket.read(ByteBuffer.allocate(REPLY_BYTES));
    }

    private static EngineFrame.Builder emitting(EngineFrame.Builder hello) {
        hello.getHelloBuilder().setEmitsEvents(true);
        return hello;
    }

    private static EngineFrame.Builder event(String payload) {
        Event event = Event.newBuilder().setTid(1).setKind("thought").setPayload(payload).build();
        return EngineFrame.newBuilder().setEventBatch(EventBatch.newBuilder().addEvents(event));
    }

    static EngineFrame.Builder hello(int version, String program) {
        boolean isReference = System.getenv("LOCKSTEP_ROLE").equals("reference");
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolVersion(version)
                        .setRun(System.getenv("LOCKSTEP_RUN"))
                        .setRole(isReference ? Role.ROLE_REFERENCE : Role.ROLE_SUBJECT)
                        .setName(System.getenv("LOCKSTEP_NAME"))
                        .addGrains(Grain.GRAIN_BLOCK)
                        .addStrengths(Strength.STRENGTH_FULL);
        List<String> items =
                List.of(
                        Protocol.ITEM_PROGRAM,
                        Protocol.ITEM_ARGUMENTS,
                        Protocol.ITEM_ENVIRONMENT,
                        Protocol.ITEM_MACHINE,
                        Protocol.ITEM_RULES);
        for (String item : items) {
            String text = item.equals(Protocol.ITEM_PROGRAM) ? program : "";
            hello.addAgreement(
                    AgreementItem.newBuilder()
                            .setName(item)
                            .setDigest(
                                    ByteString.copyFrom(
                                            Arrays.copyOf(
                                                    text.getBytes(StandardCharsets.UTF_8), 32)))
                            .setText(text));
        }
        return EngineFrame.newBuilder().setHello(hello);
    }

    private static void send(SocketChannel socket, EngineFrame.Builder frame) throws IOException {
        byte[] message = frame.build().toByteArray();
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        write(socket, length.putInt(message.length).array());
        write(socket, message);
    }

    private static void write(SocketChannel socket, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            socket.write(buffer);
        }
    }

    /** Reads until the coordinator closes; takes its leave when halted. */
    private static void awaitEnd(SocketChannel socket) throws IOException {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (read(socket, length)) {
            ByteBuffer message = ByteBuffer.allocate(length.flip().getInt());
            if (read(socket, message) && CoordinatorFrame.parseFrom(message.flip()).hasHalt()) {
                send(socket, EngineFrame.newBuilder().setGoodbye(Goodbye.newBuilder()));
                return;
            }
            length.clear();
        }
    }

    /** Fills the buffer; returns false when the coordinator has closed. */
    private static boolean read(SocketChannel socket, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (socket.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
