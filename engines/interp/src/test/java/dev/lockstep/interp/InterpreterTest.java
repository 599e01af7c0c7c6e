package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InterpreterTest {
    private static final int A0 = 10;
    private static final int A1 = 11;
    private static final int FA0 = 10;

    @Test
    void anEcallIsHandedBackUncounted() {
        try (var guest = new Guest("addi a0,x0,7\n slli a0,a0,4\n ecall")) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.x[A0]).isEqualTo(0x70);
            assertThat(guest.hart.pc).isEqualTo(Guest.CODE + 8);
            assertThat(guest.hart.steps).isEqualTo(2);
            assertThat(guest.hart.openSteps).isEqualTo(2);
            assertThat(guest.hart.blocks).isZero();
        }
    }

    @Test
    void writesToX0AreForgotten() {
        try (var guest = new Guest("addi x0,x0,7\n lw x0,0(s0)\n add a0,x0,x0\n ecall")) {
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[0]).isZero();
            assertThat(guest.hart.x[A0]).isZero();
        }
    }

    @Test
    void aFaultInTheMiddleOfABlockLeavesTheStateBeforeIt() {
        try (var guest = new Guest("addi a0,x0,1\n sd a0,0(s0)\n sd a0,0(a1)\n addi a0,x0,2")) {
            assertTrap(guest, TrapCause.STORE_PAGE_FAULT, 0);
            assertThat(guest.hart.pc).isEqualTo(Guest.CODE + 8);
            assertThat(guest.hart.steps).isEqualTo(2);
            assertThat(guest.hart.openSteps).isEqualTo(2);
            assertThat(guest.hart.x[A0]).isEqualTo(1);
            assertThat(guest.memory.loadLong(Guest.DATA)).isEqualTo(1);
        }
    }

    @Test
    void aLoadThatFaultsKeepsItsRegister() {
        try (var guest = new Guest("lui a1,0x80000\n ld a0,-8(a1)")) {
            guest.hart.x[A0] = 5;
            assertTrap(guest, TrapCause.LOAD_PAGE_FAULT, 0xffff_ffff_7fff_fff8L);
            assertThat(guest.hart.x[A0]).isEqualTo(5);
        }
    }

    @Test
    void illegalInstructionsTellTheirBits() {
        try (var guest = new Guest("addi a0,x0,1\n illegal 0xffffffff")) {
            assertTrap(guest, TrapCause.ILLEGAL_INSTRUCTION, 0xffff_ffffL);
            assertThat(guest.hart.pc).isEqualTo(Guest.CODE + 4);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mret", "wfi", "csrrw x0,0xc00,x0", "csrrs a0,0xf14,x0"})
    void whatAUserProgramMayNotDoIsIllegal(String instruction) {
        try (var guest = new Guest(instruction)) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
            assertThat(guest.hart.steps).isZero();
        }
    }

    @Test
    void anEbreakTraps() {
        try (var guest = new Guest("ebreak")) {
            assertTrap(guest, TrapCause.BREAKPOINT, 0);
        }
    }

    @Test
    void aJumpToWhereNothingIsTrapsThereAfterItsBlock() {
        try (var guest = new Guest("lui a0,0x30\n jalr ra,2(a0)")) {
            assertTrap(guest, TrapCause.INSTRUCTION_PAGE_FAULT, 0x30002);
            assertThat(guest.hart.pc).isEqualTo(0x30002);
            assertThat(guest.hart.steps).isEqualTo(2);
            assertThat(guest.hart.blocks).isEqualTo(1);
            assertThat(guest.hart.openSteps).isZero();
        }
    }

    @Test
    void fallingOffThePageTrapsAtItsEnd() {
        try (var guest = new Guest("")) {
            long last = Guest.CODE + GuestMemory.PAGE_BYTES - 4;
            guest.patch(last - 4, "addi a0,x0,1");
            guest.patch(last, "c.nop\n c.nop");
            guest.hart.pc = last - 4;
            guest.memory.unmap(Guest.CODE + GuestMemory.PAGE_BYTES, GuestMemory.PAGE_BYTES);
            assertTrap(guest, TrapCause.INSTRUCTION_PAGE_FAULT, last + 4);
            assertThat(guest.hart.pc).isEqualTo(last + 4);
            assertThat(guest.hart.steps).isEqualTo(3);
        }
    }

    @Test
    void whatWasUnmappedRunsOnceItIsMapped() {
        try (var guest = new Guest("lui a0,0x30\n jalr ra,0(a0)")) {
            assertTrap(guest, TrapCause.INSTRUCTION_PAGE_FAULT, 0x30000);
            guest.memory.map(0x30000, GuestMemory.PAGE_BYTES, Permissions.ALL);
            guest.patch(0x30000, "ecall");
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
        }
    }

    @Test
    void stopsAtTheFirstBlockEndAtOrPastTheLimit() {
        try (var guest = new Guest("loop:\n addi a0,a0,1\n addi a1,a1,1\n jal x0,loop")) {
            assertThat(guest.interpreter.run(4)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.steps).isEqualTo(6);
            assertThat(guest.hart.blocks).isEqualTo(2);
            assertThat(guest.interpreter.run(6)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.steps).isEqualTo(6);
            assertThat(guest.interpreter.run(7)).isEqualTo(Stop.LIMIT);
            assertThat(guest.hart.steps).isEqualTo(9);
            assertThat(guest.hart.x[A1]).isEqualTo(3);
        }
    }

    @Test
    void storesToCodeAreSeenAtTheNextBlock() {
        String increments = // the second pass executes what the first one wrote
                """
                lw a2,0(s0)
                loop:
                addi a0,a0,1
                auipc a3,0x0
                sw a2,-4(a3)
                addi a1,a1,1
                addi a4,x0,2
                bne a1,a4,loop
                ecall
                """;
        try (var guest = new Guest(increments)) {
            guest.memory.storeInt(Guest.DATA, 0x06450513); // addi a0,a0,100
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.x[A0]).isEqualTo(101);
        }
    }

    @Test
    void codeTheHostWritesIsExecuted() {
        try (var guest = new Guest("addi a0,x0,1\n ecall")) {
            guest.interpreter.run(Long.MAX_VALUE);
            guest.patch(Guest.CODE, "addi a0,x0,2");
            guest.hart.pc = Guest.CODE;
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[A0]).isEqualTo(2);
        }
    }

    @Test
    void floatingPointFlagsAccrue() {
        String program = "fdiv.d fa1,fa0,fa2\n fsqrt.d fa1,fa3\n csrrs a0,0x001,x0";
        try (var guest = new Guest(program)) {
            guest.hart.f[FA0] = Format.DOUBLE.one;
            guest.hart.f[13] = Format.DOUBLE.negate(Format.DOUBLE.one);
            guest.interpreter.run(3);
            assertThat(guest.hart.x[A0]).isEqualTo(SoftFloat.DIVIDE_BY_ZERO | SoftFloat.INVALID);
        }
    }

    @Test
    void aReservedDynamicRoundingModeIsIllegal() {
        try (var guest = new Guest("csrrwi x0,0x002,5\n fadd.d fa0,fa0,fa0,dyn")) {
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
            assertThat(guest.hart.pc).isEqualTo(Guest.CODE + 4);
        }
    }

    @Test
    void fcsrHoldsRoundingModeAndFlags() {
        try (var guest = new Guest("csrrw a1,0x003,a0\n csrrc a1,0x003,a0\n csrrs a2,0x003,x0")) {
            guest.hart.x[A0] = -1;
            guest.interpreter.run(3);
            assertThat(guest.hart.x[A1]).isEqualTo(0xff);
            assertThat(guest.hart.x[12]).isZero();
        }
    }

    @Test
    void guestsInOneMachineDoNotMeet() {
        String count = "loop:\n addi a0,a0,1\n sd a0,0(s0)\n jal x0,loop";
        try (var first = new Guest(count);
                var second = new Guest(count)) {
            first.interpreter.run(30);
            second.interpreter.run(60);
            first.interpreter.run(90);
            assertThat(first.memory.loadLong(Guest.DATA)).isEqualTo(30);
            assertThat(second.memory.loadLong(Guest.DATA)).isEqualTo(20);
            assertThat(second.hart.x[A0]).isEqualTo(20);
        }
    }

    private static void assertTrap(Guest guest, int cause, long value) {
        assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
        Hart hart = guest.hart;
        assertThat(TrapCause.name(hart.trapCause)).isEqualTo(TrapCause.name(cause));
        assertThat(hart.trapValue).isEqualTo(value);
    }
}
