package dev.lockstep.cli.bench;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.Protocol;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A coordinator that lets one engine after the other go as far as it likes, and compares it with
 * nothing: what is left is what the engine's own reporting costs it.
 */
final class UnlimitedCredit implements AutoCloseable {
    private static final long WINDOW_STEPS = 1 << 20;
    private static final int BATCH_RECORDS = 4096;

    private final Path socket;
    private final Grain grain;
    private final ServerSocketChannel server;

    /** Listens at {@code socket} until it is closed. */
    UnlimitedCredit(Path socket, Grain grain) throws IOException {
        this.socket = socket;
        this.grain = grain;
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Thread.ofPlatform().daemon().name("lockstep-bench-credit").start(this::serve);
    }

    Path socket() {
        return socket;
    }

    private void serve() {
        while (true) {
            try (SocketChannel engine = server.accept()) {
                serve(Channels.newInputStream(engine), Channels.newOutputStream(engine));
            } catch (IOException e) {
                if (!server.isOpen()) {
                    return; // Its measurement tells what else was wrong.
                }
            }
        }
    }

    private void serve(InputStream in, OutputStream out) throws IOException {
        EngineFrame frame = read(in);
        while (!frame.hasGoodbye()) {
            if (frame.hasHello()) {
                write(out, CoordinatorFrame.newBuilder().setWelcome(welcome(frame)));
            } else if (frame.hasGuestEnd()) {
                CoordinatorFrame.Builder halt = CoordinatorFrame.newBuilder();
                halt.getHaltBuilder().setReason(HaltReason.HALT_REASON_FINISHED);
                write(out, halt);
            }
            frame = read(in);
        }
    }

    private Welcome welcome(EngineFrame hello) {
        return Welcome.newBuilder()
                .setRun(hello.getHello().getRun())
                .setGrain(grain)
                .setStrength(Strength.STRENGTH_PATH)
                .setInputMode(InputMode.INPUT_MODE_OWN)
                .setWindowSteps(WINDOW_STEPS)
                .setBatchRecordLimit(grain == Grain.GRAIN_BLOCK ? BATCH_RECORDS : 1)
                .setCredit(Credit.newBuilder().setRecordCount(Long.MAX_VALUE))
                .build();
    }

    private static EngineFrame read(InputStream in) throws IOException {
        byte[] length = in.readNBytes(Protocol.LENGTH_BYTES);
        if (length.length < Protocol.LENGTH_BYTES) {
            throw new IOException("the engine closed its connection");
        }
        int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
        return EngineFrame.parseFrom(in.readNBytes(bytes));
    }

    private static void write(OutputStream out, CoordinatorFrame.Builder frame) throws IOException {
        byte[] message = frame.build().toByteArray();
        out.write(
                ByteBuffer.allocate(Protocol.LENGTH_BYTES + message.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(message.length)
                        .put(message)
                        .array());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
