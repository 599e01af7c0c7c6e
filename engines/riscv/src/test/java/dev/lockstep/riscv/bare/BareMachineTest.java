package dev.lockstep.riscv.bare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Csr;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.ModelState;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.elf.GuestProgramException;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a bare machine does with what an engine hands back; the tests are the engine. */
class BareMachineTest {
    private static final long MPP = 3 << 11;
    private static final long MPIE = 1 << 7;
    private static final long MIE = 1 << 3;
    private static final long FS = 3 << 13;
    private static final long SD = 1L << 63;

    /** Number of the input that reads a byte (docs/protocol.md, "Inputs"). */
    private static final long READ = -4;

    private static final int RESULT = 5;
    private static final int SOURCE = 6;
    private static final int ADDRESS = 7;
    private static final long CODE = BareMachine.RAM_START + 0x10_0000;
    private static final long HANDLER = BareMachine.RAM_START + 0x20_0000;

    private final GuestMemory memory = new GuestMemory(BareMachine.MEMORY_BYTES);
    private final Hart hart = new Hart();
    private final List<String> notes = new ArrayList<>();
    private final List<InputCall> inputs = new ArrayList<>();
    private final GuestProgram program =
            GuestProgram.read("../programs/bin/bare/traps", Sysroot.NONE);
    private final long toHost = program.elf().readSymbols().find("tohost").orElseThrow().address();
    private final long fromHost =
            program.elf().readSymbols().find("fromhost").orElseThrow().address();
    private final InputSource world =
            (call, perform) -> {
                inputs.add(call);
                return InputAnswer.of(call.number() == READ ? 'k' : call.outputBytes());
            };
    private final BareMachine machine =
            BareMachine.boot(
                    program,
                    memory,
                    hart,
                    world,
                    HostCallListener.NONE,
                    GuestEvents.NONE,
                    notes::add);

    @AfterEach
    void close() {
        memory.close();
    }

    /** Hands back an instruction that the engine calls illegal. */
    private Optional<GuestExit> refuse(String instruction) {
        hart.pc = CODE;
        hart.trapCause = TrapCause.ILLEGAL_INSTRUCTION;
        hart.trapValue = Integer.toUnsignedLong(Assembler.encode(instruction));
        return machine.trap();
    }

    private void write(Csr csr, long value) {
        hart.x[SOURCE] = value;
        assertThat(refuse("csrrw x0,%s,x6".formatted(Csr.nameOf(csr.number())))).isEmpty();
        assertThat(hart.pc).isEqualTo(CODE + 4);
    }

    private long read(Csr csr) {
        assertThat(refuse("csrrs x5,%s,x0".formatted(Csr.nameOf(csr.number())))).isEmpty();
        assertThat(hart.pc).isEqualTo(CODE + 4);
        return hart.x[RESULT];
    }

    private void enterUserMode() {
        write(Csr.MSTATUS, 0);
        write(Csr.MEPC, CODE);
        assertThat(refuse("mret")).isEmpty();
        assertThat(hart.pc).isEqualTo(CODE);
    }

    /** Hands back a store to where the engine may not store. */
    private Optional<GuestExit> store(String mnemonic, long address, long value) {
        hart.pc = CODE;
        byte[] code = Assembler.assemble(CODE, mnemonic + " x6,0(x7)");
        memory.poke(CODE, code, 0, code.length);
        hart.x[SOURCE] = value;
        hart.x[ADDRESS] = address;
        hart.trapCause = TrapCause.STORE_PAGE_FAULT;
        hart.trapValue = address;
        return machine.trap();
    }

    private long word(long address) {
        byte[] bytes = new byte[8];
        memory.peek(address, bytes, 0, bytes.length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    @Test
    void aProgramStartsAtItsEntryWithMemoryAroundIt() {
        assertThat(hart.pc).isEqualTo(program.elf().entry());
        assertThat(memory.isMapped(BareMachine.RAM_START, BareMachine.RAM_BYTES)).isTrue();
        assertThat(memory.isMapped(BareMachine.RAM_START - 1, 1)).isFalse();
    }

    @Test
    void aProgramForLinuxHasNoPlaceHere() {
        GuestProgram hello = GuestProgram.read("../programs/bin/hello", Sysroot.NONE);
        assertThat(BareMachine.isFor(hello)).isFalse();
        assertThat(BareMachine.isFor(program)).isTrue();
        try (GuestMemory empty = new GuestMemory(BareMachine.MEMORY_BYTES)) {
            assertThatExceptionOfType(GuestProgramException.class)
                    .isThrownBy(() ->
                            BareMachine.boot(
                                    hello,
                                    empty,
                                    new Hart(),
                                    InputSource.HOST,
                                    HostCallListener.NONE,
                                    GuestEvents.NONE,
                                    notes::add))
                    .withMessageContaining("needs addresses 0x10000 to")
                    .withMessageEndingWith("(guest memory is from 0x80000000 to 0x88000000)");
        }
    }

    @Test
    void aRegisterKeepsTheBitsItHas() {
        write(Csr.MSCRATCH, -1);
        assertThat(read(Csr.MSCRATCH)).isEqualTo(-1);
        write(Csr.MEPC, -1);
        assertThat(read(Csr.MEPC)).isEqualTo(-2);
        write(Csr.MIP, -1);
        assertThat(read(Csr.MIP)).isZero();
        write(Csr.MSTATUS, 1 << 11);
        assertThat(read(Csr.MSTATUS) & MPP).as("supervisor mode is none").isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "csrrw x5,mscratch,x6 | 3",
                "csrrs x5,mscratch,x6 | 15",
                "csrrc x5,mscratch,x6 | 12",
                "csrrwi x5,mscratch,5 | 5",
                "csrrsi x5,mscratch,16 | 30",
                "csrrci x5,mscratch,6 | 8",
            })
    void everyFormOfAccessReadsAndUpdates(String access, long expected) {
        write(Csr.MSCRATCH, 14);
        hart.x[SOURCE] = 3;
        refuse(access);
        assertThat(hart.x[RESULT]).isEqualTo(14);
        assertThat(read(Csr.MSCRATCH)).isEqualTo(expected);
    }

    @Test
    void countersCountSteps() {
        hart.steps = 1234;
        assertThat(read(Csr.MCYCLE)).isEqualTo(1234);
        assertThat(read(Csr.MINSTRET)).isEqualTo(1234);
        hart.pc = CODE;
        machine.readTime(RESULT);
        assertThat(hart.x[RESULT]).isEqualTo(1234);
        assertThat(inputs).isEmpty();
    }

    @Test
    void aCounterThatIsWrittenGoesOnFromThere() {
        hart.steps = 1234;
        write(Csr.MINSTRET, 0);
        hart.steps++;
        assertThat(read(Csr.MINSTRET)).isZero();
        hart.steps += 5;
        assertThat(read(Csr.MINSTRET)).isEqualTo(5);
        assertThat(read(Csr.MCYCLE)).isEqualTo(1240);
    }

    @Test
    void whatIsWrittenToACsrIsAnEffect() {
        long before = hart.openDigest;
        write(Csr.MSCRATCH, 7);
        assertThat(hart.openDigest).isNotEqualTo(before);
    }

    @Test
    void whatARegisterReceivesIsAnEffectAndX0ReceivesNothing() {
        write(Csr.MSCRATCH, 7);
        long before = hart.openDigest;
        refuse("csrrs x0,mscratch,x0");
        assertThat(hart.openDigest).isEqualTo(before);
        assertThat(hart.x[0]).isZero();
        refuse("csrrs x5,mscratch,x0");
        assertThat(hart.openDigest).isNotEqualTo(before);
    }

    @Test
    void aTrapEntersTheHandlerAndMretLeavesIt() {
        write(Csr.MTVEC, HANDLER | 1);
        write(Csr.MSTATUS, MIE);
        hart.reservation = CODE;
        hart.pc = CODE;
        hart.trapCause = TrapCause.LOAD_PAGE_FAULT;
        hart.trapValue = 0x123;

        assertThat(machine.trap()).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(hart.reservation).isEqualTo(Hart.NO_RESERVATION);
        assertThat(read(Csr.MCAUSE)).isEqualTo(TrapCause.LOAD_ACCESS_FAULT);
        assertThat(read(Csr.MTVAL)).isEqualTo(0x123);
        assertThat(read(Csr.MEPC)).isEqualTo(CODE);
        assertThat(read(Csr.MSTATUS) & (MPP | MPIE | MIE)).isEqualTo(MPP | MPIE);

        assertThat(refuse("mret")).isEmpty();
        assertThat(hart.pc).isEqualTo(CODE);
    }

    @Test
    void theFloatingPointUnitCanBeSwitchedOff() {
        assertThat(read(Csr.MSTATUS) & (FS | SD)).isEqualTo(FS | SD);
        write(Csr.MSTATUS, 0);
        assertThat(read(Csr.MSTATUS) & (FS | SD)).isZero();
        assertThat(hart.hasFloats).isFalse();
        write(Csr.MSTATUS, 1 << 13);
        assertThat(read(Csr.MSTATUS) & (FS | SD)).isEqualTo(FS | SD);
        assertThat(hart.hasFloats).isTrue();
    }

    @Test
    void aTrapAndItsReturnLeaveTheFloatingPointUnitAsItIs() {
        write(Csr.MTVEC, HANDLER);
        write(Csr.MSTATUS, 0);
        assertThat(machine.ecall()).isEmpty();
        assertThat(refuse("mret")).isEmpty();
        assertThat(hart.hasFloats).isFalse();
        assertThat(machine.ecall()).isEmpty();
        assertThat(read(Csr.MSTATUS) & FS).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"csrrs x5,fcsr,x0", "csrrw x0,frm,x6", "fadd.d fa0,fa0,fa0,rne"})
    void whatNeedsTheFloatingPointUnitIsIllegalWithoutIt(String instruction) {
        write(Csr.MTVEC, HANDLER);
        write(Csr.MSTATUS, MPP);
        assertThat(refuse(instruction)).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(read(Csr.MCAUSE)).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
    }

    @Test
    void anEcallSaysWhichModeItCameFrom() {
        write(Csr.MTVEC, HANDLER);
        hart.pc = CODE;
        assertThat(machine.ecall()).isEmpty();
        assertThat(hart.openTurns).isEqualTo(1);
        assertThat(read(Csr.MCAUSE)).isEqualTo(TrapCause.ECALL_FROM_M);

        enterUserMode();
        assertThat(machine.ecall()).isEmpty();
        assertThat(read(Csr.MCAUSE)).isEqualTo(TrapCause.ECALL_FROM_U);
        assertThat(read(Csr.MSTATUS) & MPP).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mret", "csrrs x5,mstatus,x0", "csrrw x0,mscratch,x6", "csrrs x5,0xc03,x0"})
    void userModeMayNotDoWhatMachineModeMay(String instruction) {
        write(Csr.MTVEC, HANDLER);
        enterUserMode();
        assertThat(refuse(instruction)).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(read(Csr.MCAUSE)).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"csrrw x5,mhartid,x6", "csrrs x5,0x5c0,x0", "csrrs x5,0x3a1,x0"})
    void whatIsIllegalInMachineModeTooTraps(String instruction) {
        write(Csr.MTVEC, HANDLER);
        hart.x[SOURCE] = 1;
        assertThat(refuse(instruction)).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(read(Csr.MTVAL))
                .isEqualTo(Integer.toUnsignedLong(Assembler.encode(instruction)));
    }

    @Test
    void aTrapWithoutHandlerEndsTheGuest() {
        assertThat(refuse("csrrs x5,0x5c0,x0"))
                .contains(new GuestExit(GuestExit.Reason.TRAPPED, TrapCause.ILLEGAL_INSTRUCTION));
        assertThat(notes)
                .containsExactly(
                        "illegal instruction at 0x80100000, and mtvec (0x0) points to no memory");
    }

    @ParameterizedTest
    @CsvSource({"1, 0", "3, 1", "15, 7", "511, 255", "513, 255", "0x1ffffffff, 255"})
    void anOddWordEndsTheGuestWithHalfOfIt(long word, int status) {
        assertThat(store("sd", toHost, word))
                .contains(new GuestExit(GuestExit.Reason.EXITED, status));
    }

    @Test
    void aProgramOf32BitsEndsWithTheLowerHalfAlone() {
        assertThat(store("sw", toHost, 7)).isEmpty();
        assertThat(store("sw", toHost, 7)).contains(new GuestExit(GuestExit.Reason.EXITED, 3));
    }

    @Test
    void aProgramOf32BitsEndsWithBothHalves() {
        assertThat(store("sw", toHost, 7)).isEmpty();
        assertThat(store("sw", toHost + 4, 0)).contains(new GuestExit(GuestExit.Reason.EXITED, 3));
    }

    @ParameterizedTest
    @CsvSource({
        "64, 1, 3, 3, abc",
        "64, 7, 3, -9, ''",
        "63, 1, 3, -38, ''",
        "64, 1, -1, 0, ''",
        "64, 1, 0x10000000, -14, ''",
    })
    void aSystemCallWritesOrSaysWhyNot(
            long number, long descriptor, long length, long result, String written) {
        long text = CODE + 0x100;
        long call = CODE + 0x200;
        memory.poke(text, new byte[] {'a', 'b', 'c'}, 0, 3);
        // What is longer than is written at once would not fit before the end of memory.
        long start = length > 3 ? BareMachine.MEMORY_BYTES - 3 : text;
        ByteBuffer words = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        words.putLong(number).putLong(descriptor).putLong(start).putLong(length);
        memory.poke(call, words.array(), 0, 32);

        assertThat(store("sd", toHost, call)).isEmpty();
        assertThat(word(call)).isEqualTo(result);
        assertThat(word(fromHost)).isEqualTo(1);
        assertThat(inputs.stream().mapToLong(InputCall::outputBytes).sum())
                .isEqualTo(written.length());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "7, 7", "256, 255", "-1, 255"})
    void aSystemCallEndsTheGuest(long argument, int status) {
        ByteBuffer words = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        memory.poke(CODE + 0x200, words.putLong(93).putLong(argument).array(), 0, 32);
        assertThat(store("sd", toHost, CODE + 0x200))
                .contains(new GuestExit(GuestExit.Reason.EXITED, status));
    }

    @Test
    void aCommandInTwoHalvesIsCarriedOutWithTheUpperOne() {
        assertThat(store("sw", toHost, 'a')).isEmpty();
        assertThat(inputs).isEmpty();
        assertThat(store("sw", toHost + 4, 0x0101_0000)).isEmpty();
        assertThat(inputs).hasSize(1).allMatch(input -> input.outputBytes() == 1);
        assertThat(word(toHost)).isZero();
    }

    @Test
    void aByteOfTheConsoleIsTheAnswer() {
        assertThat(store("sd", toHost, 1L << 56)).isEmpty();
        assertThat(word(fromHost)).isEqualTo(1L << 56 | 0x100 | 'k');
        assertThat(hart.pc).isEqualTo(CODE + 4);
    }

    @Test
    void whatNobodyCarriesOutIsNotedOnce() {
        store("sd", toHost, 5L << 56);
        store("sd", toHost, 5L << 56);
        store("sd", toHost, 0x1000);
        assertThat(notes)
                .containsExactly(
                        "HTIF command 0x500000000000000 is not known; nothing is done",
                        "HTIF system call at 0x1000, where no memory is");
    }

    @Test
    void everyOtherStoreToThePageIsAStore() {
        assertThat(store("sb", toHost + 9, 0x5a)).isEmpty();
        assertThat(word(toHost + 8)).isEqualTo(0x5a00);
        hart.f[SOURCE] = 0x4000_0000_0000_0000L;
        byte[] code = Assembler.assemble(CODE, "fsd f6,0(x7)");
        memory.poke(CODE, code, 0, code.length);
        hart.pc = CODE;
        hart.x[ADDRESS] = toHost + 16;
        hart.trapValue = toHost + 16;
        assertThat(machine.trap()).isEmpty();
        assertThat(word(toHost + 16)).isEqualTo(0x4000_0000_0000_0000L);
        assertThat(hart.pc).isEqualTo(CODE + 4);
    }

    @Test
    void aStoreThatIsNotWhatTrappedIsNotCarriedOut() {
        write(Csr.MTVEC, HANDLER);
        store("sd", toHost + 8, 1);
        hart.pc = CODE;
        hart.x[ADDRESS] = CODE + 0x100;
        hart.trapCause = TrapCause.STORE_PAGE_FAULT;
        assertThat(machine.trap()).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(word(CODE + 0x100)).isZero();
    }

    @Test
    void aStoreOutsideMemoryIsAnAccessFault() {
        write(Csr.MTVEC, HANDLER);
        assertThat(store("sd", 0x40000000, 3)).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(read(Csr.MCAUSE)).isEqualTo(TrapCause.STORE_ACCESS_FAULT);
    }

    @Test
    void everyFieldComesBackAsOftenAsWanted() {
        Set<String> hart =
                Set.of("BareMachine.hart", "Console.hart", "BareMachine.state", "Console.in");
        enterUserMode();
        Map<String, String> kept = ModelState.of(machine, hart);
        Runnable back = machine.checkpoint();
        for (int i = 0; i < 2; i++) {
            ModelState.scramble(machine, hart);
            assertThat(ModelState.common(ModelState.of(machine, hart), kept)).isEmpty();
            back.run();
            assertThat(ModelState.of(machine, hart)).isEqualTo(kept);
        }
    }

    @Test
    void codeIsForgottenWhenTheFloatingPointUnitGoesBackToOnOrOff() {
        Runnable on = machine.checkpoint();
        write(Csr.MSTATUS, 0);
        Runnable off = machine.checkpoint();
        List<Long> told = new ArrayList<>();
        memory.addCodeListener((address, _) -> told.add(address));
        memory.watchCode(CODE, 4);
        off.run();
        assertThat(told).isEmpty();
        on.run();
        assertThat(told).containsExactly(CODE);
    }
}
