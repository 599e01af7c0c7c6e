package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.CoordinatorFrame;
import dev.lockstep.proto.v1.EngineFrame;
import dev.lockstep.proto.v1.Error;
import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GetRunRequest;
import dev.lockstep.proto.v1.Grain;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.proto.v1.Register;
import dev.lockstep.proto.v1.Run;
import dev.lockstep.proto.v1.RunEvent;
import dev.lockstep.proto.v1.Strength;
import dev.lockstep.proto.v1.Verdict;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/** Two emulators of x86-64 under the coordinator, over real sockets. */
@Timeout(60)
class RegisterFilesIT {
    private static final int BLOCKS = 200;
    private static final int BLOCK_STEPS = 3;
    private static final long LAST = BLOCKS * BLOCK_STEPS;

    @TempDir Path directory;
    private StandingServer server;

    @BeforeEach
    void start() {
        server = StandingServer.start(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawEngine join(String run, String name, X86Registers registers) throws IOException {
        RawEngine engine = RawEngine.connect(server.server.engineSocket(), name);
        engine.introduction =
                hello -> registers.in(hello).setIsa("x86_64").addGrains(Grain.GRAIN_STRICT);
        engine.hello(run);
        return engine;
    }

    private static void send(RawEngine engine, RecordBatch batch) throws IOException {
        engine.send(EngineFrame.newBuilder().setRecordBatch(batch));
    }

    private static void end(RawEngine engine) throws IOException {
        GuestEnd.Builder end =
                GuestEnd.newBuilder()
                        .setStepCount(LAST)
                        .setPc(X86Registers.pc(LAST))
                        .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED));
        engine.send(EngineFrame.newBuilder().setGuestEnd(end));
    }

    /** Returns the ends of all blocks, one of so many steps each. */
    private static long[] ends(int steps) {
        return LongStream.rangeClosed(1, LAST / steps).map(block -> block * steps).toArray();
    }

    /** Returns what came of a run, once that is known. */
    private Run result(String run) {
        server.watch(run, 0, RunEvent::hasEnded);
        return server.runs().getRun(GetRunRequest.newBuilder().setName(run).build());
    }

    @Test
    void emulatorsWithOtherBlocksAgreeOnTheirRegistersWhereBothHaveABoundary() throws Exception {
        X86Registers other = new X86Registers().and("xmm0", 128).and("rip", 64).and("rax", 64);
        try (RawEngine reference = join("r1", "interp", X86Registers.usual());
                RawEngine subject = join("r1", "bochs", other)) {
            assertThat(reference.receive().getWelcome().getStrength())
                    .isEqualTo(Strength.STRENGTH_REGISTERS);
            subject.awaitWelcome();
            send(reference, X86Registers.usual().batch(0, ends(BLOCK_STEPS)));
            send(subject, other.batch(0, ends(2 * BLOCK_STEPS)));
            end(reference);
            end(subject);
            reference.leave();
            subject.leave();
        }
        Run run = result("r1");
        assertThat(run.getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
        assertThat(run.getCompared().getRegisterDigestCount()).isEqualTo(BLOCKS / 2);
        assertThat(run.getNotesList())
                .anyMatch(note ->
                        note.startsWith("not compared of interp")
                                && note.endsWith("rcx (64 bits), eflags (32 bits)"))
                .anyMatch(note -> note.endsWith("rip (64 bits)"));
    }

    @Test
    void aWrongRegisterIsNamedAtItsBlock() throws Exception {
        X86Registers x86 = X86Registers.usual();
        List<byte[]> rows =
                LongStream.of(ends(BLOCK_STEPS))
                        .mapToObj(
                                step -> step < 300 ? x86.row(step) : x86.rowWith(step, "eflags", 7))
                        .toList();
        try (RawEngine reference = join("r1", "interp", x86);
                RawEngine subject = join("r1", "bochs", x86)) {
            reference.awaitWelcome();
            subject.awaitWelcome();
            send(reference, x86.batch(0, ends(BLOCK_STEPS)));
            send(subject, X86Registers.batch(0, ends(BLOCK_STEPS), rows));
            reference.leave();
            subject.leave();
        }
        assertThat(result("r1").getVerdict()).isEqualTo(Verdict.VERDICT_DIVERGED);
        assertThat(server.watch("r1", 0, RunEvent::hasDiverged).getLast().getDiverged())
                .satisfies(found -> {
                    assertThat(found.getField()).isEqualTo("eflags");
                    assertThat(found.getStep()).isEqualTo(300 - BLOCK_STEPS);
                    assertThat(found.getSubjectValue()).isEqualTo("0x7");
                });
    }

    @Test
    void aRegisterFileOfABillionEntriesIsRefusedByItsLengthAlone() throws Exception {
        try (RawEngine engine = RawEngine.connect(server.server.engineSocket(), "bochs")) {
            ByteBuffer claim = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
            claim.putInt(2_000_000_000);
            engine.sendBytes(claim.rewind());

            assertThat(error(engine).getText())
                    .contains("2000000000 bytes (expected: at most 4194304)");
        }
    }

    @Test
    void aRegisterFileThatFillsItsFrameIsRefusedAndOtherRunsGoOn() throws Exception {
        int most = Protocol.MAX_HELLO_BYTES / 4;
        try (RawEngine engine = RawEngine.connect(server.server.engineSocket(), "bochs")) {
            engine.introduction =
                    hello ->
                            hello.addAllRegisters(
                                    Collections.nCopies(most, Register.getDefaultInstance()));
            engine.hello("r1");

            assertThat(error(engine).getText()).contains("Hello.registers: 1048576");
        }
        server.play("r2", BLOCKS, true);
        assertThat(result("r2").getVerdict()).isEqualTo(Verdict.VERDICT_MATCH);
    }

    private static Error error(RawEngine engine) throws IOException {
        CoordinatorFrame frame = engine.receive();
        assertThat(frame.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        return frame.getError();
    }
}
