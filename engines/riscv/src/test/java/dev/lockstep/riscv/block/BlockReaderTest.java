package dev.lockstep.riscv.block;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Assembler;
import dev.lockstep.isa.Op;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

final class BlockReaderTest {
    private static final long CODE = 0x10000;
    private static final long PAGE_END = CODE + GuestMemory.PAGE_BYTES;

    private final GuestMemory memory = new GuestMemory(1 << 20);
    private final BlockReader reader = new BlockReader(memory, new Hart());
    private final List<Long> changedPages = new ArrayList<>();

    BlockReaderTest() {
        memory.map(CODE, GuestMemory.PAGE_BYTES, Permissions.ALL);
        memory.addCodeListener((address, length) -> changedPages.add(address));
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private void write(long pc, String program) {
        byte[] code = Assembler.assemble(pc, program);
        assertThat(memory.write(pc, code, 0, code.length)).isTrue();
    }

    @Test
    void aBlockEndsBeforeTheAddressOfACut() {
        write(CODE, "addi a0,a0,1\n addi a0,a0,2\n addi a0,a0,3\n ecall");
        BlockReader cutting = new BlockReader(memory, new Hart(), CODE + 8);

        assertThat(cutting.read(CODE).instructions()).hasSize(2);
        assertThat(cutting.read(CODE).end()).isEqualTo(CODE + 8);
        assertThat(cutting.read(CODE + 8).instructions()).hasSize(2);
        assertThat(reader.read(CODE).instructions()).hasSize(4);
    }

    @Test
    void aBlockEndsAfterAsManyInstructionsAsItMayHave() {
        write(CODE, "addi a0,a0,1\n addi a0,a0,2\n addi a0,a0,3\n ecall");
        BlockReader splitting = new BlockReader(memory, new Hart(), null, 3);

        assertThat(splitting.read(CODE).instructions()).hasSize(3);
        assertThat(splitting.read(CODE).end()).isEqualTo(CODE + 12);
        assertThat(splitting.read(CODE + 12).instructions()).hasSize(1);
        assertThat(BlockReader.ofSingleSteps(memory, new Hart()).read(CODE).instructions())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "beq x0,x0,0x10000",
                "jal x0,0x10000",
                "jalr x0,0(ra)",
                "c.j 0x10000",
                "c.jr ra",
                "ecall",
                "ebreak",
                "c.ebreak",
                "mret",
                "fence.i",
                "csrrw x0,0x001,x0",
                "csrrsi x0,0x001,0",
            })
    void aBlockEndsAfter(String last) {
        write(CODE, "addi a0,a0,1\n c.nop\n" + last + "\n c.nop");
        GuestBlock block = reader.read(CODE);
        assertThat(block.instructions()).hasSize(3);
        assertThat(block.end()).isEqualTo(CODE + 6 + Assembler.assemble(CODE, last).length);
        assertThat(block.endsInFetchFault()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fence rw,rw", "lr.d a0,(a0)", "addi x0,x0,0", "fadd.s fa0,fa0,fa0,rne"})
    void aBlockGoesOnAfter(String instruction) {
        write(CODE, instruction + "\n ecall");
        assertThat(reader.read(CODE).instructions()).hasSize(2);
    }

    @Test
    void anInstructionThatReachesTheBoundaryIsTheLast() {
        write(CODE, "c.nop\n".repeat(100));
        GuestBlock block = reader.read(CODE);
        assertThat(block.end()).isEqualTo(CODE + 128);
        assertThat(block.instructions()).hasSize(64);
    }

    @Test
    void anInstructionThatCrossesTheBoundaryIsTheLast() {
        write(CODE, "c.nop\n" + "addi a0,a0,1\n".repeat(40));
        GuestBlock block = reader.read(CODE);
        assertThat(block.end()).isEqualTo(CODE + 130);
        assertThat(block.instructions()).hasSize(33);
    }

    @Test
    void aBlockThatStartsJustBeforeTheBoundaryIsShort() {
        write(CODE + 126, "addi a0,a0,1\n".repeat(4) + "ecall");
        assertThat(reader.read(CODE + 126).instructions()).hasSize(1);
        assertThat(reader.read(CODE + 130).end()).isEqualTo(CODE + 130 + 16);
    }

    @Test
    void aBlockEndsAtThePageEndAsAtAnyBoundary() {
        write(PAGE_END - 8, "addi a0,a0,1\n addi a0,a0,1");
        GuestBlock block = reader.read(PAGE_END - 8);
        assertThat(block.end()).isEqualTo(PAGE_END);
        assertThat(block.endsInFetchFault()).isFalse();
    }

    @Test
    void aSecondHalfThatCannotBeFetchedFaultsAtItsOwnAddress() {
        write(PAGE_END - 4, "c.nop");
        memory.storeShort(PAGE_END - 2, (short) 0x0513);
        GuestBlock block = reader.read(PAGE_END - 4);
        assertThat(block.instructions()).hasSize(1);
        assertThat(block.end()).isEqualTo(PAGE_END - 2);
        assertThat(block.fetchFault()).isEqualTo(PAGE_END);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 0x20000, 0x40000000, -2, Long.MIN_VALUE})
    void aFirstInstructionThatCannotBeFetchedGivesAnEmptyBlock(long pc) {
        GuestBlock block = reader.read(pc);
        assertThat(block.instructions()).isEmpty();
        assertThat(block.end()).isEqualTo(pc);
        assertThat(block.fetchFault()).isEqualTo(pc);
    }

    @Test
    void whatIsNoInstructionIsReadAsIllegal() {
        GuestBlock block = reader.read(CODE);
        assertThat(block.instructions().getFirst().op()).isEqualTo(Op.ILLEGAL);
    }

    @Test
    void aStoreToAPageThatWasReadIsTold() {
        write(CODE, "ecall");
        reader.read(CODE);
        memory.storeByte(CODE + 100, (byte) 1);
        memory.storeByte(CODE + 101, (byte) 1);
        assertThat(changedPages).containsExactly(CODE);
    }

    @Test
    void aStoreToAPageThatFaultedLaterIsTold() {
        write(PAGE_END - 4, "c.nop");
        memory.storeShort(PAGE_END - 2, (short) 0x0513);
        reader.read(PAGE_END - 4);
        memory.storeByte(CODE, (byte) 1);
        assertThat(changedPages).containsExactly(CODE);
    }

    @Test
    void bothPagesOfAStraddlingInstructionAreWatched() {
        memory.map(PAGE_END, GuestMemory.PAGE_BYTES, Permissions.ALL);
        write(PAGE_END - 2, "addi a0,a0,1\n ecall");
        reader.read(PAGE_END - 2);
        memory.storeByte(PAGE_END + 1, (byte) 0);
        memory.storeByte(PAGE_END - 1, (byte) 0);
        assertThat(changedPages).containsExactly(PAGE_END, CODE);
    }
}
