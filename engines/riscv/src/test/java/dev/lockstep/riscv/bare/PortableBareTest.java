package dev.lockstep.riscv.bare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Csr;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.ModelState;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateWriter;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.contract.MemoryCopy;
import dev.lockstep.riscv.contract.StateDocument;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.host.FileContent;
import dev.lockstep.riscv.memory.GuestMemory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** The state of a bare machine, and its console's input, in another process. */
final class PortableBareTest {
    private static final long CODE = BareMachine.RAM_START + 0x10_0000;
    private static final int SOURCE = 6;
    private static final int ADDRESS = 7;
    private static final long READ = 0x0100_0000_0000_0000L;

    /** What a hart has by itself, and what is no state. */
    private static final Set<String> LEFT =
            Set.of(
                    "BareMachine.state",
                    "Console.in",
                    "Hart.openDigest",
                    "Hart.openTurns",
                    "Hart.trapCause",
                    "Hart.trapValue");

    private static final GuestProgram PROGRAM =
            GuestProgram.read("../programs/bin/bare/traps", Sysroot.NONE);

    private final List<GuestMemory> memories = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final Hart hart = new Hart();
    private final GuestMemory memory = memory();
    private final BareMachine machine =
            BareMachine.boot(
                    PROGRAM,
                    memory,
                    hart,
                    InputSource.HOST,
                    HostCallListener.NONE,
                    GuestEvents.NONE,
                    notes::add);

    @TempDir private Path directory;

    private GuestMemory memory() {
        memories.add(new GuestMemory(BareMachine.MEMORY_BYTES));
        return memories.getLast();
    }

    @AfterEach
    void close() {
        memories.forEach(GuestMemory::close);
    }

    private void write(Csr csr, long value) {
        hart.x[SOURCE] = value;
        execute("csrrw x0,%s,x6".formatted(Csr.nameOf(csr.number())));
    }

    private void execute(String instruction) {
        hart.pc = CODE;
        hart.trapCause = TrapCause.ILLEGAL_INSTRUCTION;
        hart.trapValue = Integer.toUnsignedLong(Assembler.encode(instruction));
        assertThat(machine.trap()).isEmpty();
    }

    private static GuestState state(Hart hart, BareMachine machine, StateGroup world) {
        return GuestState.newBuilder()
                .setStep(hart.steps)
                .setPc(hart.pc)
                .setBlockCount(hart.blocks)
                .setMachine(machine.state())
                .setWorld(world)
                .build();
    }

    private static StateGroup world(BareMachine of) throws InterruptedException {
        try (World world = of.world()) {
            return world.state();
        }
    }

    private BareMachine resume(GuestState state, Hart into) {
        GuestMemory copy = memory();
        MemoryCopy.copy(memory, copy);
        return BareMachine.resume(
                PROGRAM,
                copy,
                into,
                state,
                InputSource.HOST,
                HostCallListener.NONE,
                GuestEvents.NONE,
                notes::add);
    }

    @Test
    void aMachineIsMadeAgainFromItsStateFieldByField() throws Exception {
        write(Csr.MTVEC, CODE + 0x1000);
        write(Csr.MSCRATCH, 77);
        write(Csr.MCYCLE, 1000);
        write(Csr.MINSTRET, 2000);
        write(Csr.MIE, -1);
        write(Csr.MSTATUS, 0); // To user mode, without floats.
        write(Csr.MEPC, CODE);
        execute("mret");
        GuestState state = state(hart, machine, world(machine));
        Hart other = new Hart();
        BareMachine resumed = resume(state, other);
        assertThat(ModelState.of(resumed, LEFT)).isEqualTo(ModelState.of(machine, LEFT));
        assertThat(state(other, resumed, world(resumed)).toByteString())
                .isEqualTo(state.toByteString());
        assertThat(StateDocument.lacking(state.getMachine())).isEmpty();
        assertThat(other.hasFloats).isFalse();
        assertThat(notes).isEmpty();
    }

    @Test
    void statesThatNoMachineCanHaveAreRefused() throws InterruptedException {
        GuestState state = state(hart, machine, world(machine));
        assertRefused(state, "mode", 1, "bare: mode: 1 (expected: 0 or 3)");
        assertRefused(state, "mstatus", 1L << 11, "bare: mstatus.MPP: 1 (expected: 0 or 3)");
        assertRefused(state, "mstatus", 0, "bare: mstatus.FS: off (expected: as hart.floats)");
        assertRefused(state, "mtvec", 2, "bare.mtvec: 0x2 (expected: bits of 0xfffffffffffffffd)");
    }

    private void assertRefused(GuestState state, String field, long value, String message) {
        GuestState.Builder changed = state.toBuilder();
        changed.getMachineBuilder().getFieldsBuilderList().stream()
                .filter(group -> group.getName().equals("bare"))
                .flatMap(group -> group.getGroupBuilder().getFieldsBuilderList().stream())
                .filter(it -> it.getName().equals(field))
                .forEach(it -> it.setNumber(value));
        assertThatThrownBy(() -> resume(changed.build(), new Hart()))
                .isInstanceOf(StateException.class)
                .hasMessage(message);
    }

    @Test
    void theConsoleGoesOnReadingTheFileWhereItWas() throws Exception {
        Path file = Files.writeString(directory.resolve("input"), "abcdef").toRealPath();
        GuestState state = state(hart, machine, StateWriter.write(worldOf(file, 2)::exchange));
        Hart other = new Hart();
        BareMachine resumed = resume(state, other);
        assertThat(read(resumed, other)).isEqualTo('c');
        assertThat(world(resumed)).isEqualTo(StateWriter.write(worldOf(file, 3)::exchange));
        Files.writeString(file, "changed");
        assertThatThrownBy(() -> resume(state, new Hart()))
                .isInstanceOf(StateException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("(expected: 6 bytes with SHA-256")
                .hasMessageContaining("give that file as standard input");
    }

    @Test
    void consoleInputThatWasNoFileGoesOnWithANote() {
        StateGroup world = StateWriter.write(new BareWorld(true, null)::exchange);
        resume(state(hart, machine, world), new Hart());
        assertThat(notes)
                .containsExactly("standard input goes on with whatever comes: it was no file");
    }

    private static BareWorld worldOf(Path file, long offset) throws Exception {
        byte[] bytes = Files.readAllBytes(file);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        return new BareWorld(
                true,
                new BareWorld.Input(
                        file.toString(),
                        offset,
                        new FileContent(bytes.length, HexFormat.of().formatHex(hash))));
    }

    /** Has a guest read a byte of its console. */
    private long read(BareMachine of, Hart its) {
        GuestMemory memoryOf = memories.getLast();
        byte[] code =
                ByteBuffer.allocate(Integer.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(Assembler.encode("sd x6,0(x7)"))
                        .array();
        memoryOf.poke(CODE, code, 0, code.length);
        its.pc = CODE;
        its.x[SOURCE] = READ;
        its.x[ADDRESS] = address("tohost");
        its.trapCause = TrapCause.STORE_PAGE_FAULT;
        its.trapValue = its.x[ADDRESS];
        assertThat(of.trap()).isEmpty();
        return memoryOf.loadByte(address("fromhost"));
    }

    private static long address(String symbol) {
        return PROGRAM.elf().readSymbols().find(symbol).orElseThrow().address();
    }
}
