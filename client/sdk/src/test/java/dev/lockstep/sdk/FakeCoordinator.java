package dev.lockstep.sdk;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Welcome;

import org.newsclub.net.unix.AFUNIXServerSocket;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** The other end of a session, worked by hand: a real socket, one frame at a time. */
final class FakeCoordinator implements Closeable {
    private final AFUNIXServerSocket server;
    private AFUNIXSocket engine;

    FakeCoordinator(Path socket) throws IOException {
        server = AFUNIXServerSocket.bindOn(AFUNIXSocketAddress.of(socket));
        engine = AFUNIXSocket.newInstance();
    }

    void accept() throws IOException {
        engine = server.accept();
    }

    EngineFrame receive() throws IOException {
        DataInputStream in = new DataInputStream(engine.getInputStream());
        byte[] body = new byte[Integer.reverseBytes(in.readInt())];
        in.readFully(body);
        return EngineFrame.parseFrom(body);
    }

    void send(CoordinatorFrame.Builder frame) throws IOException {
        byte[] body = frame.build().toByteArray();
        OutputStream out = engine.getOutputStream();
        out.write(
                ByteBuffer.allocate(4 + body.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(body.length)
                        .put(body)
                        .array());
    }

    void sendRaw(byte... bytes) throws IOException {
        engine.getOutputStream().write(bytes);
    }

    void welcome(boolean events, long recordCredit) throws IOException {
        send(
                CoordinatorFrame.newBuilder()
                        .setWelcome(
                                Welcome.newBuilder()
                                        .setRun("r1")
                                        .setGrain(Grain.GRAIN_BLOCK)
                                        .setStrength(Strength.STRENGTH_FULL)
                                        .setBatchRecordLimit(4)
                                        .setEvents(events)
                                        .setCredit(credit(recordCredit, 1 << 20))));
    }

    void welcome(Grain grain, int batchRecords, long recordCredit, long inputBytes)
            throws IOException {
        send(
                CoordinatorFrame.newBuilder()
                        .setWelcome(
                                Welcome.newBuilder()
                                        .setRun("r1")
                                        .setGrain(grain)
                                        .setStrength(Strength.STRENGTH_FULL)
                                        .setBatchRecordLimit(batchRecords)
                                        .setCredit(credit(recordCredit, inputBytes))));
    }

    void grant(long records, long inputBytes) throws IOException {
        send(CoordinatorFrame.newBuilder().setCredit(credit(records, inputBytes)));
    }

    private static Credit credit(long records, long inputBytes) {
        return Credit.newBuilder().setRecordCount(records).setInputBytes(inputBytes).build();
    }

    /** Throws away what comes until {@code enough}. */
    void ignoreAll(BooleanSupplier enough) throws IOException {
        engine.setSoTimeout(50);
        byte[] waste = new byte[64 << 10];
        while (!enough.getAsBoolean()) {
            try {
                if (engine.getInputStream().read(waste) < 0) {
                    return;
                }
            } catch (SocketTimeoutException e) {
                // Nothing came; look again whether it is enough.
            }
        }
    }

    void hangUp() throws IOException {
        engine.close();
    }

    @Override
    public void close() throws IOException {
        engine.close();
        server.close();
    }
}
