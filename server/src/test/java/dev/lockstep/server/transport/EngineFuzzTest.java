package dev.lockstep.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.RunListener;
import dev.lockstep.server.run.RunOpener;
import dev.lockstep.server.run.RunRegistry;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.RunSpec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ResourceLeakDetector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Engines that send anything at all: frames of ours, distorted, to a run that goes on. */
@Timeout(300)
class EngineFuzzTest {
    private static final int DECODED_FRAMES = 1_000_000;

    /** Most cost an engine its place, and the next one needs a run of its own. */
    private static final int CONVERSED_FRAMES = 50_000;

    private static final int MAX_FRAMES_OF_CONNECTION = 50;

    private final long seed = Long.getLong("lockstep.fuzz.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);

    /** Counts what it has given and not got back. */
    private final UnpooledByteBufAllocator buffers = new UnpooledByteBufAllocator(false);

    private final AtomicLong nanoTime = new AtomicLong();
    private final RunRegistry registry = new RunRegistry(nanoTime::get, RunOpener.NEVER);
    private final EngineReception reception = new EngineReception(registry, Duration.ofSeconds(10));
    private final List<RunReport> reports = new ArrayList<>();
    private final List<Throwable> unexpected = new ArrayList<>();
    private ResourceLeakDetector.Level usualLevel;

    @BeforeEach
    void watchForLeaks() {
        usualLevel = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void watchLess() {
        ResourceLeakDetector.setLevel(usualLevel);
    }

    @Test
    void aMillionDistortedFramesAreFramesOrRefused() throws IOException {
        System.out.println("seed " + seed + "; again: -Dlockstep.fuzz.seed=" + seed);
        GoldenFrames golden = new GoldenFrames(random);
        EmbeddedChannel decoder = decoder();
        int decoded = 0;
        int refused = 0;
        for (int sent = 0; sent < DECODED_FRAMES; sent++) {
            if (sent % MAX_FRAMES_OF_CONNECTION == 0) { // A wrong length swallows all that follows.
                decoder = anotherThan(decoder);
            }
            try {
                decoder.writeInbound(buffers.heapBuffer().writeBytes(golden.next()));
                while (decoder.readInbound() instanceof EngineFrame) {
                    decoded++;
                }
            } catch (DecoderException e) {
                refused++;
                decoder = anotherThan(decoder);
            }
        }
        anotherThan(decoder).finishAndReleaseAll();
        System.out.printf("%d decoded, %d refused%n", decoded, refused);

        assertThat(decoded).as("seed %d", seed).isPositive();
        assertThat(refused).as("seed %d", seed).isPositive();
        assertThat(buffers.metric().usedHeapMemory()).as("seed %d", seed).isZero();
    }

    @Test
    void distortedFramesDoNoMoreThanCostTheirEngineItsPlace() throws IOException {
        System.out.println("seed " + seed + "; again: -Dlockstep.fuzz.seed=" + seed);
        GoldenFrames golden = new GoldenFrames(random);
        int sent = 0;
        int connections = 0;
        while (sent < CONVERSED_FRAMES) {
            sent += converse(golden);
            connections++;
        }
        System.out.printf("%d connections, %d runs%n", connections, reports.size());

        assertThat(unexpected).as("seed %d", seed).isEmpty();
        assertThat(buffers.metric().usedHeapMemory()).as("seed %d", seed).isZero();
        assertThat(buffers.metric().usedDirectMemory()).as("seed %d", seed).isZero();
        assertThat(reports).isNotEmpty();
    }

    /** What is left of a frame may be none, which is said once more. */
    private static EmbeddedChannel anotherThan(EmbeddedChannel decoder) {
        try {
            decoder.finishAndReleaseAll();
        } catch (DecoderException e) {
            assertThat(decoder.isOpen()).isFalse();
        }
        return decoder();
    }

    private static EmbeddedChannel decoder() {
        return new EmbeddedChannel(new EngineFrameDecoder(new Strangers()));
    }

    /** Lets a reference wait for a subject that introduces itself well and goes on badly. */
    private int converse(GoldenFrames golden) throws IOException {
        openRun();
        EmbeddedChannel reference = connect();
        send(reference, hello("interp", Role.ROLE_REFERENCE));
        EmbeddedChannel subject = connect();
        if (random.nextInt(4) != 0) {
            send(subject, hello("recomp", Role.ROLE_SUBJECT));
        }
        int sent = 0;
        while (subject.isOpen() && sent < MAX_FRAMES_OF_CONNECTION) {
            subject.writeInbound(buffers.heapBuffer().writeBytes(golden.next()));
            checkWords(subject);
            sent++;
        }
        var _ = reference.close();
        for (EmbeddedChannel channel : List.of(reference, subject)) {
            channel.finishAndReleaseAll();
        }
        registry.abandonAll("the next one, please");
        nanoTime.addAndGet(TimeUnit.MINUTES.toNanos(1)); // Longer than a Goodbye is waited for.
        registry.tick();
        return sent;
    }

    private void openRun() {
        registry.create(
                RunSpec.of(
                        "r1",
                        List.of(
                                new EngineSpec("interp", dev.lockstep.server.run.Role.REFERENCE),
                                new EngineSpec("recomp", dev.lockstep.server.run.Role.SUBJECT)),
                        "fuzz"),
                new RunListener() {
                    @Override
                    public void ended(RunReport report) {
                        reports.add(report);
                    }
                });
    }

    private EmbeddedChannel connect() {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(buffers);
        reception.receive(channel);
        channel.pipeline().addLast(witness());
        channel.pipeline().fireChannelActive();
        return channel;
    }

    /** Nothing is to come out of the other end. */
    private ChannelHandler witness() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                unexpected.add(cause);
            }
        };
    }

    private static Hello hello(String name, Role role) throws InvalidProtocolBufferException {
        return EngineFrame.parseFrom(GoldenFrames.message("engine-hello")).getHello().toBuilder()
                .setName(name)
                .setRole(role)
                .setReconnects(name.equals("recomp"))
                .addGrains(Grain.GRAIN_BLOCK)
                .addStrengths(Strength.STRENGTH_FULL)
                .build();
    }

    private void send(EmbeddedChannel channel, Hello hello) {
        byte[] message = EngineFrame.newBuilder().setHello(hello).build().toByteArray();
        channel.writeInbound(buffers.heapBuffer().writeIntLE(message.length).writeBytes(message));
    }

    /** What the coordinator answers are frames, and never that it failed. */
    private static void checkWords(EmbeddedChannel channel) throws IOException {
        for (ByteBuf said = channel.readOutbound(); said != null; said = channel.readOutbound()) {
            try {
                byte[] message = new byte[said.readIntLE()];
                said.readBytes(message);
                assertThat(CoordinatorFrame.parseFrom(message).getBodyCase())
                        .isNotEqualTo(CoordinatorFrame.BodyCase.BODY_NOT_SET);
            } finally {
                said.release();
            }
        }
    }
}
