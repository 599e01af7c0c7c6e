package dev.lockstep.server;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.protocol.RecordLayout;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** An engine made of bare frames, which does what a test tells it. */
final class RawEngine implements Closeable {
    /** Steps of every block it reports. */
    static final int BLOCK_STEPS = 5;

    private static final long DIGEST = 7;
    private static final long START = 0x1000;

    private final SocketChannel channel;
    private final String name;
    private long granted;
    private long sent;
    private boolean halted;

    /** Whether it says that it can look at its past again. */
    boolean examines;

    /** Whether it says that it can tell events. */
    boolean tellsEvents;

    /** Whether it says that it can tell its state, and begin from one. */
    boolean captures;

    /** What else it says of itself. */
    Consumer<Hello.Builder> introduction = hello -> {};

    /** Where it begins. */
    private long firstStep;

    private long pc = START;

    private RawEngine(SocketChannel channel, String name) {
        this.channel = channel;
        this.name = name;
    }

    static RawEngine connect(Path socket, String name) throws IOException {
        return new RawEngine(SocketChannel.open(UnixDomainSocketAddress.of(socket)), name);
    }

    void hello(String run) throws IOException {
        hello(run, name.equals("interp") ? Role.ROLE_REFERENCE : Role.ROLE_SUBJECT);
    }

    void hello(String run, Role role) throws IOException {
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolVersion(Protocol.VERSION)
                        .setRun(run)
                        .setName(name)
                        .setRole(role)
                        .setImplementation("raw " + name)
                        .setExamines(examines)
                        .setEmitsEvents(tellsEvents)
                        .setCaptures(captures)
                        .addGrains(Grain.GRAIN_BLOCK)
                        .addStrengths(Strength.STRENGTH_FULL);
        for (String item : List.of("program", "arguments", "environment", "machine", "rules")) {
            hello.addAgreement(
                    AgreementItem.newBuilder()
                            .setName(item)
                            .setText("text of " + item)
                            .setDigest(
                                    ByteString.copyFrom(
                                            Arrays.copyOf(
                                                    item.getBytes(StandardCharsets.UTF_8), 32))));
        }
        introduction.accept(hello);
        send(EngineFrame.newBuilder().setHello(hello));
    }

    void awaitWelcome() throws IOException {
        granted = receive().getWelcome().getCredit().getRecordCount();
    }

    void sendBlocksOnceWelcome(int blocks) throws IOException {
        awaitWelcome();
        sendBatch(blocks, DIGEST);
    }

    /** Sends so many equal blocks, fewer if halted; waits for credit where it must. */
    void sendBlocks(long count, int blocksPerBatch) throws IOException {
        sendBlocks(count, blocksPerBatch, DIGEST);
    }

    void sendBlocks(long count, int blocksPerBatch, long digest) throws IOException {
        for (long rest = count; rest > 0; ) {
            while (granted == sent && !halted) {
                CoordinatorFrame frame = receive();
                halted = frame.hasHalt();
                granted = Math.max(granted, frame.getCredit().getRecordCount());
            }
            if (halted) {
                return;
            }
            int batch = (int) Math.min(Math.min(rest, blocksPerBatch), granted - sent);
            sendBatch(batch, digest);
            rest -= batch;
        }
    }

    /** Tells an event of its first thread. */
    void tell(long index, String kind, String payload) throws IOException {
        Event.Builder event =
                Event.newBuilder().setTid(1).setIndex(index).setKind(kind).setPayload(payload);
        send(EngineFrame.newBuilder().setEventBatch(EventBatch.newBuilder().addEvents(event)));
    }

    void sendBatch(int blocks, long digest) throws IOException {
        ByteBuffer rows =
                ByteBuffer.allocate(blocks * RecordLayout.SIZE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        while (rows.hasRemaining()) {
            rows.putLong(START).putLong(digest).putInt(BLOCK_STEPS).putInt(1);
        }
        send(
                EngineFrame.newBuilder()
                        .setRecordBatch(
                                RecordBatch.newBuilder()
                                        .setFirstStep(steps())
                                        .setFirstPc(pc)
                                        .setRecords(ByteString.copyFrom(rows.array()))));
        sent += blocks;
        pc = START;
    }

    private long steps() {
        return firstStep + sent * BLOCK_STEPS;
    }

    /** Executes from another place than the guest's start. */
    void beginAt(long step, long at) {
        firstStep = step;
        pc = at;
    }

    void endUnlessHalted() throws IOException {
        if (!halted) {
            end();
        }
    }

    void end() throws IOException {
        GuestEnd.Builder end =
                GuestEnd.newBuilder()
                        .setStepCount(steps())
                        .setPc(pc)
                        .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED));
        send(EngineFrame.newBuilder().setGuestEnd(end));
    }

    /** Waits for the halt, says Goodbye and closes. */
    void leave() throws IOException {
        while (!halted) {
            halted = receive().hasHalt();
        }
        leaveHalted();
    }

    /** Says Goodbye, as whoever was halted does, and closes. */
    void leaveHalted() throws IOException {
        Goodbye.Builder goodbye =
                Goodbye.newBuilder().setStepCount(steps()).setBlockCount(sent).setElapsedMs(1);
        send(EngineFrame.newBuilder().setGoodbye(goodbye));
        close();
    }

    synchronized void send(EngineFrame.Builder frame) throws IOException {
        byte[] message = frame.build().toByteArray();
        ByteBuffer bytes =
                ByteBuffer.allocate(Protocol.LENGTH_BYTES + message.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(message.length)
                        .put(message)
                        .flip();
        sendBytes(bytes);
    }

    void sendBytes(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Returns the next frame; throws EOFException when the coordinator has closed. */
    CoordinatorFrame receive() throws IOException {
        int length = read(Protocol.LENGTH_BYTES).getInt();
        return CoordinatorFrame.parseFrom(read(length));
    }

    /** Waits until it is to look at its past again. */
    Examine awaitExamine() throws IOException {
        CoordinatorFrame frame = receive();
        while (!frame.hasExamine()) {
            frame = receive();
        }
        return frame.getExamine();
    }

    /** Closes without a word, as the death of a process does. */
    void cutOff() throws IOException {
        close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private ByteBuffer read(int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }
}
