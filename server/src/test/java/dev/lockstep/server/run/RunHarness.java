package dev.lockstep.server.run;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.run.Guest.Block;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A run whose engines and clock a test plays. */
abstract class RunHarness {
    static final Duration CONNECT = Duration.ofSeconds(10);
    static final Duration IDLE = Duration.ofSeconds(60);
    static final int PART_BYTES = Protocol.MAX_INPUT_PART_BYTES;

    Policy policy = Policy.STOP;
    Profile profile = Profile.DEFAULT;
    Window window = Window.ALL;
    Limits limits = Limits.NONE;
    long nowNanos;
    final Guest guest = Guest.random(3, 40);
    final Map<String, FakeLink> links = new HashMap<>();
    final Map<String, Place> places = new HashMap<>();
    final RunRegistry registry = new RunRegistry(() -> nowNanos, RunOpener.NEVER);
    Grain grain = Grain.BLOCK;
    Inputs inputs = Inputs.OF_THE_WORLD;
    @Nullable InputRecord recorded;
    boolean events;
    @Nullable Origin origin;
    final Map<String, List<Event>> emitted = new HashMap<>();
    long windowSteps = RunSpec.DEFAULT_WINDOW_STEPS;
    Duration idle = IDLE;
    boolean started;
    boolean logKeepsUp = true;
    boolean verdictIsSecret;
    @Nullable Runnable halt;
    @Nullable RunReport report;

    void create(String... subjects) {
        registry.create(
                spec("r1", subjects),
                new RunListener() {
                    @Override
                    public void runStarted() {
                        started = true;
                    }

                    @Override
                    public void emitted(String engine, EventBatch batch) {
                        emitted.computeIfAbsent(engine, _ -> new ArrayList<>())
                                .addAll(batch.getEventsList());
                    }

                    @Override
                    public boolean keepsUp() {
                        return logKeepsUp;
                    }

                    @Override
                    public void dropped(Runnable newHalt) {
                        haltWhenKnown(newHalt);
                    }

                    @Override
                    public void recorded(InputRecord record) {
                        recorded = record;
                    }

                    @Override
                    public void concluded(RunReport result, Runnable newHalt) {
                        haltWhenKnown(newHalt);
                    }

                    private void haltWhenKnown(Runnable newHalt) {
                        if (verdictIsSecret) {
                            halt = newHalt;
                        } else {
                            newHalt.run();
                        }
                    }

                    @Override
                    public void ended(RunReport result) {
                        report = result;
                    }
                });
    }

    RunSpec spec(String name, String... subjects) {
        List<EngineSpec> engines = new ArrayList<>();
        engines.add(new EngineSpec("interp", Role.REFERENCE));
        for (String subject : subjects) {
            engines.add(new EngineSpec(subject, Role.SUBJECT));
        }
        return RunSpec.builder(name, engines, "test")
                .profile(profile)
                .policy(policy)
                .window(window)
                .limits(limits)
                .grain(grain)
                .windowSteps(windowSteps)
                .inputs(inputs)
                .events(events)
                .origin(origin)
                .connectTimeout(CONNECT)
                .idleTimeout(idle)
                .build();
    }

    void start(String... subjects) throws ProtocolException {
        create(subjects);
        join("interp");
        for (String subject : subjects) {
            join(subject);
        }
    }

    void join(String engine) throws ProtocolException {
        join(hello(engine));
    }

    void join(Hello.Builder hello) throws ProtocolException {
        FakeLink link = new FakeLink();
        Place place = registry.join(hello.build(), link);
        links.put(hello.getName(), link);
        places.put(hello.getName(), place);
    }

    static Hello.Builder hello(String engine) {
        Hello.Builder hello =
                Hello.newBuilder()
                        .setProtocolVersion(Protocol.VERSION)
                        .setRun("r1")
                        .setName(engine)
                        .setRole(
                                engine.equals("interp")
                                        ? Role.REFERENCE.wire()
                                        : Role.SUBJECT.wire())
                        .setImplementation(engine)
                        .setCaptures(true)
                        .addGrains(Grain.STRICT.wire())
                        .addGrains(Grain.BLOCK.wire())
                        .addGrains(Grain.WINDOW.wire());
        for (Strength strength : Strength.values()) {
            hello.addStrengths(strength.wire());
        }
        for (String item : List.of("program", "arguments", "environment", "machine", "rules")) {
            hello.addAgreement(
                    AgreementItem.newBuilder()
                            .setName(item)
                            .setDigest(digest(item))
                            .setText("text of " + item));
        }
        return hello;
    }

    /** Returns 32 bytes that differ where the text does. */
    static ByteString digest(String text) {
        return ByteString.copyFrom(Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), 32));
    }

    void send(String engine, Object message) {
        place(engine).receive(frame(message).build());
    }

    static EngineFrame.Builder frame(Object message) {
        EngineFrame.Builder frame = EngineFrame.newBuilder();
        return switch (message) {
            case RecordBatch batch -> frame.setRecordBatch(batch);
            case InputRequest request -> frame.setInputRequest(request);
            case InputReport input -> frame.setInputReport(input);
            case GuestEnd end -> frame.setGuestEnd(end);
            case Heartbeat heartbeat -> frame.setHeartbeat(heartbeat);
            case Goodbye goodbye -> frame.setGoodbye(goodbye);
            case Examination examination -> frame.setExamination(examination);
            case EventBatch batch -> frame.setEventBatch(batch);
            case CapturePart part -> frame.setCapturePart(part);
            default -> throw new IllegalArgumentException(message.toString());
        };
    }

    static RecordBatch blocks(int first, int count) {
        return blocks(first, 0, count);
    }

    static RecordBatch blocks(int first, long firstPc, int count) {
        return Guest.batch(first, firstPc, Collections.nCopies(count, new Block(0, 5, 1, 0)));
    }

    InputReport input(int step, int bytes, boolean more) {
        return input(guest.question(0, step), bytes, more);
    }

    static InputReport input(InputRequest request, int bytes, boolean more) {
        int step = (int) request.getStep();
        return InputReport.newBuilder()
                .setRequest(request)
                .setResult(result(step, bytes).setMore(more))
                .build();
    }

    static InputReport more(int step, int bytes) {
        return InputReport.newBuilder().setResult(result(step, bytes).setMore(true)).build();
    }

    static InputResult.Builder result(int step, int bytes) {
        return InputResult.newBuilder()
                .setStep(step)
                .setNumber(63)
                .addWrites(MemoryWrite.newBuilder().setData(ByteString.copyFrom(new byte[bytes])));
    }

    void goodbye(String engine) {
        Exit.Builder exit = Exit.newBuilder().setReason(ExitReason.EXIT_REASON_KILLED);
        send(
                engine,
                Goodbye.newBuilder()
                        .setStepCount(40)
                        .setBlockCount(2)
                        .setExit(exit)
                        .setElapsedMs(7)
                        .build());
    }

    void goodbyeAll() {
        List.copyOf(places.keySet()).forEach(this::goodbye);
    }

    /** Lets time pass, as seen by a ticker. */
    void advance(Duration duration) {
        for (int i = 0; i < 100; i++) {
            nowNanos += duration.toNanos() / 100;
            registry.tick();
        }
    }

    FakeLink link(String engine) {
        return Objects.requireNonNull(links.get(engine));
    }

    Place place(String engine) {
        return Objects.requireNonNull(places.get(engine));
    }

    RunReport report() {
        return Objects.requireNonNull(report, "no report");
    }
}
