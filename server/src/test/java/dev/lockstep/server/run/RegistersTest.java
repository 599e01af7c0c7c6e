package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.Hello;
import dev.lockstep.proto.v1.InputMode;
import dev.lockstep.proto.v1.RecordBatch;
import dev.lockstep.proto.v1.Register;
import dev.lockstep.proto.v1.Welcome;
import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.X86Registers;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Engines that tell their registers, of an instruction set that nobody here knows. */
class RegistersTest extends RunHarness {
    private static final int LAST = 40;

    private final X86Registers x86 = X86Registers.usual();

    private void join(String engine, X86Registers registers) throws ProtocolException {
        join(registers.in(hello(engine)));
    }

    private void startBoth(X86Registers reference, X86Registers subject) throws ProtocolException {
        create("bochs");
        join("interp", reference);
        join("bochs", subject);
    }

    private void end(String engine) {
        send(
                engine,
                GuestEnd.newBuilder()
                        .setStepCount(LAST)
                        .setPc(X86Registers.pc(LAST))
                        .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED))
                        .build());
    }

    private void endBoth() {
        end("interp");
        end("bochs");
        goodbyeAll();
    }

    /** Returns a batch of one record whose register was set. */
    private RecordBatch wrong(int from, int to, String register, long value) {
        return X86Registers.batch(from, new long[] {to}, List.of(x86.rowWith(to, register, value)));
    }

    @Test
    void registersAreComparedWhereverBothSidesHaveABoundary() throws ProtocolException {
        startBoth(x86, x86);
        send("interp", x86.batch(0, 10, 20, 30, LAST));
        send("bochs", x86.batch(0, 5, 20, 25, 30));
        send("bochs", x86.batch(30, 32, LAST));
        endBoth();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().strength()).isEqualTo(Strength.REGISTERS);
        assertThat(report().compared().registers()).isEqualTo(3);
        assertThat(report().compared().digests()).isZero();
        assertThat(report().notes())
                .contains("registers only: memory was not compared before the end");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rax", "eflags", "xmm0"})
    void theFirstRegisterThatDiffersIsNamedWithBothValues(String register)
            throws ProtocolException {
        startBoth(x86, x86);
        send("interp", x86.batch(0, 10, 20));
        send("bochs", x86.batch(0, 10));
        send("bochs", wrong(10, 20, register, 0x5EED));
        goodbyeAll();

        assertThat(report().verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(report().divergences())
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.field()).isEqualTo(register);
                    assertThat(found.step()).isEqualTo(10);
                    assertThat(found.reference()).doesNotEndWith("5eed");
                    assertThat(found.subject()).endsWith("5eed");
                });
    }

    @Test
    void aWideValueIsWrittenWhole() throws ProtocolException {
        X86Registers wide = new X86Registers().and("zmm0", 512);
        startBoth(wide, wide);
        byte[] reference = new byte[64];
        byte[] subject = new byte[64];
        reference[63] = (byte) 0x80;
        reference[0] = 1;
        send("interp", X86Registers.batch(0, new long[] {1}, List.of(reference)));
        send("bochs", X86Registers.batch(0, new long[] {1}, List.of(subject)));
        goodbyeAll();

        assertThat(report().divergences())
                .singleElement()
                .matches(found -> found.reference().equals("0x8" + "0".repeat(126) + "1"))
                .matches(found -> found.subject().equals("0x0"));
    }

    @Test
    void aWrongWayComesBeforeARegister() throws ProtocolException {
        startBoth(x86, x86);
        send("interp", x86.batch(0, 10));
        RecordBatch batch = wrong(0, 10, "rax", 1);
        byte[] records = batch.getRecords().toByteArray();
        records[1]++;
        send("bochs", batch.toBuilder().setRecords(ByteString.copyFrom(records)).build());
        goodbyeAll();

        assertThat(report().divergences())
                .singleElement()
                .matches(found -> found.field().equals(Difference.NEXT_PC));
    }

    @Test
    void ofDifferentRegisterFilesWhatBothHaveIsComparedAndTheRestIsNamed()
            throws ProtocolException {
        X86Registers other =
                new X86Registers()
                        .and("xmm0", 128)
                        .and("st(0)", 80)
                        .and("eflags", 64)
                        .and("rax", 64);
        startBoth(x86, other);
        send("interp", x86.batch(0, 10, LAST));
        send("bochs", other.batch(0, 10));
        byte[] wrong = other.rowWith(LAST, "rax", 0x5EED);
        send("bochs", X86Registers.batch(10, new long[] {LAST}, List.of(wrong)));
        goodbyeAll();

        assertThat(report().divergences())
                .singleElement()
                .matches(found -> found.field().equals("rax") && found.step() == 10);
        assertThat(report().notes())
                .contains(
                        "not compared of interp, as not every engine has it in this name and width:"
                                + " rcx (64 bits), eflags (32 bits)",
                        "not compared of bochs, as not every engine has it in this name and width:"
                                + " st(0) (80 bits), eflags (64 bits)");
    }

    @Test
    void manyRegistersThatOneSideLacksAreCounted() throws ProtocolException {
        X86Registers many = X86Registers.usual();
        IntStream.range(0, 30).forEach(i -> many.and("extra" + i, 1));
        startBoth(x86, many);
        send("interp", x86.batch(0, LAST));
        send("bochs", many.batch(0, LAST));
        endBoth();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().notes()).anyMatch(note -> note.endsWith("extra15 (1 bit) and 14 more"));
    }

    @Test
    void withoutARegisterInCommonThePathIsComparedAndTheVerdictSaysWhy() throws ProtocolException {
        X86Registers arm = new X86Registers().and("r0", 32).and("rax", 32);
        startBoth(x86, arm);

        assertThat(agreed("bochs")).isEqualTo(Strength.PATH.wire());
        send("interp", RunHarness.blocks(0, 1));
        send("bochs", RunHarness.blocks(0, 1));
        registry.tick();
        place("bochs").vanish("test");
        goodbye("interp");
        assertThat(report().notes())
                .contains("the engines have no register in common, of the same name and width");
    }

    @Test
    void registersAreNotToldInWindows() throws ProtocolException {
        grain = Grain.WINDOW;
        startBoth(x86, x86);
        assertThat(agreed("bochs")).isEqualTo(Strength.PATH.wire());
    }

    @Test
    void registersAreNotToldWhereEnginesAskTheWorldThemselves() throws ProtocolException {
        create("bochs");
        join(x86.in(hello("interp")).addInputModes(InputMode.INPUT_MODE_OWN));
        join(x86.in(hello("bochs")).addInputModes(InputMode.INPUT_MODE_OWN));

        assertThat(agreed("bochs")).isEqualTo(Strength.PATH.wire());
    }

    @ParameterizedTest
    @EnumSource(names = {"BLOCK", "STRICT"})
    void registersAreComparedInEveryGrainOfRecords(Grain each) throws ProtocolException {
        grain = each;
        startBoth(x86, x86);
        send("interp", x86.batch(0, LAST));
        send("bochs", x86.batch(0, LAST));
        endBoth();

        assertThat(report().verdict()).isEqualTo(Verdict.MATCH);
        assertThat(report().compared().registers()).isEqualTo(1);
    }

    @Test
    void aWideRegisterFileGivesCreditForFewerRecords() throws ProtocolException {
        X86Registers wide = X86Registers.usual();
        IntStream.range(0, 63).forEach(i -> wide.and("z" + i, Protocol.MAX_REGISTER_BITS));
        startBoth(x86, wide);
        long rowBytes = wide.row(0).length;

        assertThat(welcome("interp").getCredit().getRecordCount()).isEqualTo(65_536);
        assertThat(welcome("interp").getBatchRecordLimit()).isEqualTo(4096);
        assertThat(welcome("bochs").getCredit().getRecordCount() * rowBytes)
                .isBetween((16L << 20) - rowBytes, 16L << 20);
        assertThat(welcome("bochs").getBatchRecordLimit() * rowBytes)
                .isBetween((1L << 20) - rowBytes, 1L << 20);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 35, 71, 73})
    void registersThatAreNotThoseOfTheRecordsAreNoFrame(int bytes) throws ProtocolException {
        startBoth(x86, x86);
        ByteString registers = ByteString.copyFrom(new byte[bytes]);
        send("bochs", x86.batch(0, 10, 20).toBuilder().setRegisters(registers).build());

        assertThat(link("bochs").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
        assertThat(link("bochs").text)
                .contains(
                        "RecordBatch.registers: %d bytes (expected: 72, 36 for each of 2 records)"
                                .formatted(bytes));
    }

    @Test
    void registersThatNobodyAskedForAreNoFrame() throws ProtocolException {
        start("bochs");
        send("bochs", x86.batch(0, 10));

        assertThat(link("bochs").refused).isEqualTo(ErrorCode.ERROR_CODE_BAD_FRAME);
    }

    private void refuses(Hello.Builder hello, String why) {
        create("bochs");
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> join(hello))
                .matches(e -> e.code() == ErrorCode.ERROR_CODE_BAD_FRAME)
                .withMessageContaining(why);
    }

    @Test
    void aRegisterFileWithoutAnEndIsRefused() {
        List<Register> endless = Collections.nCopies(1_000_000, Register.getDefaultInstance());
        refuses(
                hello("bochs").addAllRegisters(endless),
                "Hello.registers: 1000000 (expected: at most 1024)");
    }

    @Test
    void aRegisterFileOfTooManyBytesIsRefused() {
        X86Registers huge = X86Registers.usual();
        IntStream.range(0, 64).forEach(i -> huge.and("z" + i, Protocol.MAX_REGISTER_BITS));
        refuses(
                huge.in(hello("bochs")),
                "Hello.registers: 16420 bytes in all (expected: at most 16384)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Protocol.MAX_REGISTER_BITS + 1, Integer.MAX_VALUE})
    void aRegisterHasAWidth(int bits) {
        Register register = Register.newBuilder().setName("rax").setBitCount(bits).build();
        refuses(
                hello("bochs").addRegisters(register),
                "rax of %d bits (expected: 1 to 2048)".formatted(bits));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "r ax", "\u001b[2J", "a\nb", "\u00e9"})
    void aRegisterHasANameThatCanBeShown(String name) {
        Register register = Register.newBuilder().setName(name).setBitCount(1).build();
        refuses(hello("bochs").addRegisters(register), "expected: 1 to 64 printable characters");
    }

    @Test
    void everyRegisterHasItsOwnName() {
        Register register = Register.newBuilder().setName("rax").setBitCount(1).build();
        refuses(
                hello("bochs").addRegisters(register).addRegisters(register),
                "rax twice (expected: every name once)");
    }

    private Welcome welcome(String engine) {
        return Objects.requireNonNull(link(engine).welcome);
    }

    private dev.lockstep.proto.v1.Strength agreed(String engine) {
        return welcome(engine).getStrength();
    }
}
