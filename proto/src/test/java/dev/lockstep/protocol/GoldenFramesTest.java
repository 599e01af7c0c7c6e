package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;

import dev.lockstep.proto.v1.Ack;
import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.Capture;
import dev.lockstep.proto.v1.CaptureDone;
import dev.lockstep.proto.v1.CapturePart;
import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.Credit;
import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.proto.v1.Examination;
import dev.lockstep.proto.v1.ExaminationEnd;
import dev.lockstep.proto.v1.Examine;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.Goodbye;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Halt;
import dev.lockstep.proto.v1.HaltReason;
import dev.lockstep.proto.v1.Heartbeat;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputReport;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.proto.v1.InputResult;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.MemoryWrite;
import dev.lockstep.proto.v1.OpenRecord;
import dev.lockstep.proto.v1.PageContent;
import dev.lockstep.proto.v1.PageDigest;
import dev.lockstep.proto.v1.PagesWanted;
import dev.lockstep.proto.v1.PeerState;
import dev.lockstep.proto.v1.Reconnect;
import dev.lockstep.proto.v1.Reconnected;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.proto.v1.Register;
import dev.lockstep.proto.v1.Restore;
import dev.lockstep.proto.v1.Resume;
import dev.lockstep.proto.v1.Role;
import dev.lockstep.proto.v1.State;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Ticket;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.proto.v1.Welcome;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The captured frames beside the .proto are what we send: a change of the wire format shows here
 * first.
 */
class GoldenFramesTest {
    private static final Path GOLDEN = Path.of("src/main/proto/lockstep/v1/golden");

    private static final InputRequest REQUEST =
            InputRequest.newBuilder()
                    .setStep(12)
                    .setPc(0x10490)
                    .setNumber(63)
                    .addAllArguments(List.of(0L, 0x7FFFE000L, 4L))
                    .setOpenRecord(
                            OpenRecord.newBuilder()
                                    .setFirstStep(9)
                                    .setFirstPc(0x10484)
                                    .setStepCount(3)
                                    .setDigest(0x0123456789ABCDEFL))
                    .build();

    private static final InputResult RESULT =
            InputResult.newBuilder()
                    .setStep(12)
                    .setNumber(63)
                    .setValue(4)
                    .addWrites(
                            MemoryWrite.newBuilder()
                                    .setAddress(0x7FFFE000L)
                                    .setData(ByteString.copyFromUtf8("abc\n")))
                    .build();

    private static Map<String, MessageLite> frames() {
        Map<String, MessageLite> frames = new TreeMap<>();
        frames.put("engine-hello", EngineFrame.newBuilder().setHello(hello()).build());
        frames.put("engine-record-batch", EngineFrame.newBuilder().setRecordBatch(batch()).build());
        addRegisters(frames);
        frames.put(
                "engine-input-request", EngineFrame.newBuilder().setInputRequest(REQUEST).build());
        frames.put(
                "engine-input-report",
                EngineFrame.newBuilder()
                        .setInputReport(
                                InputReport.newBuilder().setRequest(REQUEST).setResult(RESULT))
                        .build());
        frames.put("engine-guest-end", EngineFrame.newBuilder().setGuestEnd(end()).build());
        frames.put(
                "engine-heartbeat",
                EngineFrame.newBuilder()
                        .setHeartbeat(Heartbeat.newBuilder().setStepCount(12).setHostCall(63))
                        .build());
        frames.put("engine-goodbye", EngineFrame.newBuilder().setGoodbye(goodbye()).build());
        Credit credit =
                Credit.newBuilder()
                        .setAgreedStep(9)
                        .setRecordCount(262144)
                        .setInputBytes(16 << 20)
                        .build();
        frames.put(
                "coordinator-welcome",
                CoordinatorFrame.newBuilder().setWelcome(welcome(credit)).build());
        frames.put("coordinator-credit", CoordinatorFrame.newBuilder().setCredit(credit).build());
        frames.put(
                "coordinator-credit-strict",
                CoordinatorFrame.newBuilder().setCredit(strictCredit()).build());
        frames.put(
                "coordinator-peer-state",
                CoordinatorFrame.newBuilder().setPeerState(peerState()).build());
        frames.put(
                "coordinator-input-result",
                CoordinatorFrame.newBuilder().setInputResult(RESULT).build());
        frames.put(
                "coordinator-halt",
                CoordinatorFrame.newBuilder()
                        .setHalt(
                                Halt.newBuilder()
                                        .setReason(HaltReason.HALT_REASON_FINISHED)
                                        .setText("match"))
                        .build());
        frames.put(
                "engine-examination",
                EngineFrame.newBuilder().setExamination(examination()).build());
        frames.put("engine-event-batch", EngineFrame.newBuilder().setEventBatch(events()).build());
        addExaminations(frames);
        addSnapshots(frames);
        addReconnecting(frames);
        return frames;
    }

    private static void addRegisters(Map<String, MessageLite> frames) {
        frames.put(
                "engine-hello-registers",
                EngineFrame.newBuilder()
                        .setHello(
                                hello().toBuilder()
                                        .setImplementation("an x86 emulator")
                                        .setIsa("x86_64")
                                        .clearStrengths()
                                        .addStrengths(Strength.STRENGTH_PC)
                                        .addStrengths(Strength.STRENGTH_REGISTERS)
                                        .addRegisters(register("rax", 64))
                                        .addRegisters(register("eflags", 32))
                                        .addRegisters(register("xmm0", 128)))
                        .build());
        frames.put(
                "engine-record-batch-registers",
                EngineFrame.newBuilder().setRecordBatch(batchWithRegisters()).build());
    }

    private static Register register(String name, int bits) {
        return Register.newBuilder().setName(name).setBitCount(bits).build();
    }

    private static RecordBatch batchWithRegisters() {
        ByteBuffer record =
                ByteBuffer.allocate(RecordLayout.SIZE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(RecordLayout.NEXT_PC_OFFSET, 0x10484)
                        .putInt(RecordLayout.STEPS_OFFSET, 9);
        ByteBuffer registers =
                ByteBuffer.allocate(8 + 4 + 16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0x0123456789ABCDEFL)
                        .putInt(0x246)
                        .putLong(0xBFD0000000000000L)
                        .putLong(0x4000000000000000L);
        return RecordBatch.newBuilder()
                .setFirstPc(0x10074)
                .setRecords(ByteString.copyFrom(record))
                .setRegisters(ByteString.copyFrom(registers.flip()))
                .build();
    }

    private static void addExaminations(Map<String, MessageLite> frames) {
        frames.put(
                "coordinator-examine",
                CoordinatorFrame.newBuilder()
                        .setExamine(
                                Examine.newBuilder()
                                        .setId(2)
                                        .setFromStep(1048577)
                                        .setUntilStep(1300000)
                                        .setTraceFromStep(1299000)
                                        .setRegisters(true)
                                        .addPages(0x83000))
                        .build());
        frames.put(
                "coordinator-resume",
                CoordinatorFrame.newBuilder()
                        .setEpoch(1)
                        .setResume(Resume.newBuilder().setState(state()))
                        .build());
    }

    private static void addReconnecting(Map<String, MessageLite> frames) {
        ByteString token = ByteString.fromHex("0102030405060708090a0b0c0d0e0f10");
        frames.put(
                "coordinator-ticket",
                CoordinatorFrame.newBuilder()
                        .setTicket(Ticket.newBuilder().setToken(token).setGraceMs(10_000))
                        .build());
        frames.put(
                "engine-reconnect",
                EngineFrame.newBuilder()
                        .setReconnect(Reconnect.newBuilder().setToken(token).setReceivedCount(12))
                        .build());
        frames.put(
                "coordinator-reconnected",
                CoordinatorFrame.newBuilder()
                        .setReconnected(Reconnected.newBuilder().setReceivedCount(300))
                        .build());
        frames.put(
                "coordinator-ack",
                CoordinatorFrame.newBuilder()
                        .setAck(Ack.newBuilder().setReceivedCount(300))
                        .build());
        frames.put(
                "engine-ack",
                EngineFrame.newBuilder().setAck(Ack.newBuilder().setReceivedCount(12)).build());
    }

    private static void addSnapshots(Map<String, MessageLite> frames) {
        frames.put(
                "engine-capture-part",
                EngineFrame.newBuilder()
                        .setCapturePart(
                                CapturePart.newBuilder()
                                        .setId(1)
                                        .setStep(1300001)
                                        .setState(guestState()))
                        .build());
        frames.put(
                "coordinator-capture",
                CoordinatorFrame.newBuilder()
                        .setCapture(Capture.newBuilder().setId(1).setStep(1300000))
                        .build());
        frames.put(
                "coordinator-pages-wanted",
                CoordinatorFrame.newBuilder()
                        .setPagesWanted(
                                PagesWanted.newBuilder()
                                        .setId(1)
                                        .setStep(1300001)
                                        .setHashes(ByteString.copyFrom(new byte[32])))
                        .build());
        frames.put(
                "coordinator-capture-done",
                CoordinatorFrame.newBuilder()
                        .setCaptureDone(CaptureDone.newBuilder().setId(1).setStep(1300001))
                        .build());
        frames.put(
                "coordinator-restore",
                CoordinatorFrame.newBuilder()
                        .setRestore(Restore.newBuilder().setState(guestState()).addPages(page()))
                        .build());
    }

    private static GuestState guestState() {
        return GuestState.newBuilder()
                .setStep(1300001)
                .setPc(0x10490)
                .setBlockCount(240000)
                .setMachine(
                        StateGroup.newBuilder()
                                .addFields(
                                        StateField.newBuilder()
                                                .setName("hart")
                                                .setGroup(
                                                        StateGroup.newBuilder()
                                                                .addFields(register()))))
                .addMappings(
                        MappedRange.newBuilder()
                                .setAddress(0x83000)
                                .setLengthBytes(4096)
                                .setPermissions(3))
                .build();
    }

    private static StateField register() {
        return StateField.newBuilder().setName("x10").setNumber(5).build();
    }

    private static PageContent page() {
        byte[] content = new byte[Protocol.PAGE_BYTES];
        content[0] = 1;
        CRC32C crc = new CRC32C();
        crc.update(content);
        return PageContent.newBuilder()
                .setAddress(0x83000)
                .setData(ByteString.copyFrom(content))
                .setCrc32C((int) crc.getValue())
                .build();
    }

    private static EventBatch events() {
        return EventBatch.newBuilder()
                .addEvents(
                        Event.newBuilder()
                                .setTid(1)
                                .setIndex(7)
                                .setKind("syscall.return")
                                .setPayload("{\"name\":\"close\",\"return_value\":0}")
                                .setHostNs(1234567890123L))
                .build();
    }

    private static Examination examination() {
        return Examination.newBuilder()
                .setId(2)
                .setEnd(ExaminationEnd.EXAMINATION_END_REACHED)
                .setStep(1300001)
                .setPc(0x10490)
                .setDigest(0x0123456789ABCDEFL)
                .setRegisterDigest(1)
                .setMemoryDigest(-1)
                .addChangedPages(PageDigest.newBuilder().setAddress(0x83000).setDigest(7))
                .addTraced(
                        TracedStep.newBuilder()
                                .setStep(1300000)
                                .setPc(0x1048C)
                                .setInstruction(0x00A58533)
                                .setNextPc(0x10490)
                                .addOperands(Effect.newBuilder().setSlot(11).setValue(2))
                                .addOperands(Effect.newBuilder().setSlot(10).setValue(3))
                                .addEffects(Effect.newBuilder().setSlot(10).setValue(5)))
                .setBlockCount(240000)
                .build();
    }

    private static State state() {
        return State.newBuilder()
                .setFromStep(1048577)
                .setStep(1300001)
                .setRegisters(ByteString.copyFrom(new byte[528]))
                .addPages(
                        MemoryWrite.newBuilder()
                                .setAddress(0x83000)
                                .setData(ByteString.copyFromUtf8("page")))
                .setDigest(0x0123456789ABCDEFL)
                .setWindowSteps(251424)
                .setWindowBlocks(50000)
                .setBlockCount(240000)
                .build();
    }

    private static Hello hello() {
        return Hello.newBuilder()
                .setProtocolVersion(1)
                .setRun("r1")
                .setRole(Role.ROLE_SUBJECT)
                .setName("recomp")
                .setImplementation("lockstep recomp 0.1.0")
                .setIsa("rv64imafdc_zicsr_zifencei")
                .addGrains(Grain.GRAIN_BLOCK)
                .addStrengths(Strength.STRENGTH_FULL)
                .addAgreement(
                        AgreementItem.newBuilder()
                                .setName(Protocol.ITEM_RULES)
                                .setDigest(ByteString.copyFrom(new byte[32]))
                                .setText(Protocol.RULES))
                .setProcessId(4711)
                .build();
    }

    private static Welcome welcome(Credit credit) {
        return Welcome.newBuilder()
                .setRun("r1")
                .setGrain(Grain.GRAIN_BLOCK)
                .setStrength(Strength.STRENGTH_FULL)
                .setBatchRecordLimit(8192)
                .setCredit(credit)
                .build();
    }

    private static Credit strictCredit() {
        return Credit.newBuilder()
                .setAgreedStep(9)
                .setRecordCount(2)
                .setInputBytes(16 << 20)
                .setInputCount(1)
                .build();
    }

    private static PeerState peerState() {
        return PeerState.newBuilder()
                .setName("recomp")
                .setStep(9)
                .setNextPc(0x10484)
                .setDigest(0xFEDCBA9876543210L)
                .setTurns(1)
                .setEqual(true)
                .build();
    }

    private static RecordBatch batch() {
        ByteBuffer row =
                ByteBuffer.allocate(RecordLayout.SIZE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(RecordLayout.NEXT_PC_OFFSET, 0x10484)
                        .putLong(RecordLayout.DIGEST_OFFSET, 0xFEDCBA9876543210L)
                        .putInt(RecordLayout.STEPS_OFFSET, 9)
                        .putInt(RecordLayout.TURNS_OFFSET, 1);
        return RecordBatch.newBuilder()
                .setFirstPc(0x10074)
                .setRecords(ByteString.copyFrom(row))
                .build();
    }

    private static GuestEnd end() {
        return GuestEnd.newBuilder()
                .setStepCount(5000)
                .setPc(0x10500)
                .setExit(exit())
                .setRegisterDigest(1)
                .setMemoryDigest(-1)
                .build();
    }

    private static Goodbye goodbye() {
        return Goodbye.newBuilder()
                .setStepCount(5000)
                .setBlockCount(900)
                .setExit(exit())
                .setElapsedMs(17)
                .setPeakRssBytes(99 << 20)
                .build();
    }

    private static Exit exit() {
        return Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED).setStatus(3).build();
    }

    @TestFactory
    Stream<DynamicTest> everyFrameEncodesToItsGoldenBytes() {
        return frames().entrySet().stream()
                .map(frame ->
                        DynamicTest.dynamicTest(
                                frame.getKey(),
                                () ->
                                        assertThat(hex(frame.getValue()))
                                                .isEqualTo(
                                                        Files.readString(
                                                                GOLDEN.resolve(
                                                                        frame.getKey()
                                                                                + ".hex")))));
    }

    @Test
    void noGoldenFileIsWithoutAFrame() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".hex", "")))
                    .containsExactlyInAnyOrderElementsOf(frames().keySet());
        }
    }

    @Test
    void everyBodyOfBothDirectionsHasAGoldenFrame() {
        int bodies =
                (EngineFrame.BodyCase.values().length - 1)
                        + (CoordinatorFrame.BodyCase.values().length - 1);
        // Error has none, since its text is free; Credit has one for each grain, and Hello and
        // RecordBatch have one with registers and one without.
        assertThat(frames()).hasSize(bodies + 2);
    }

    /** Returns the frame as it travels, length first, in lines of 32 bytes. */
    private static String hex(MessageLite message) {
        byte[] body = message.toByteArray();
        byte[] frame =
                ByteBuffer.allocate(Protocol.LENGTH_BYTES + body.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(body.length)
                        .put(body)
                        .array();
        return HexFormat.of().formatHex(frame).replaceAll("(.{1,64})", "$1\n");
    }
}
