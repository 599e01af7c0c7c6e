package dev.lockstep.riscv.contract;

import static dev.lockstep.riscv.contract.ContractGuest.CODE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Traps: cause, value, and a state exactly as before the instruction. */
interface TrapContract extends ExecutorFactory {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ld a1,0(a0)       | 0x22000 | load page fault          | 0x22000",
                "lb a1,0(a0)       | -1      | load page fault          | -1",
                "lw a1,0(a0)       | 0x21ffe | load page fault          | 0x22000",
                "ld a1,0(a0)       | 0xfffff | load page fault          | 0xfffff",
                "ld x0,0(a0)       | 0       | load page fault          | 0",
                "flw fa0,0(a0)     | 0x22000 | load page fault          | 0x22000",
                "fld fa0,0(a0)     | 0x22000 | load page fault          | 0x22000",
                "c.ld a1,0(a0)     | 0x22000 | load page fault          | 0x22000",
                "sd a1,0(a0)       | 0x21000 | store/AMO page fault     | 0x21000",
                "sb a1,0(a0)       | 0x22000 | store/AMO page fault     | 0x22000",
                "sd a1,0(a0)       | 0x20ffc | store/AMO page fault     | 0x21000",
                "fsd fa0,0(a0)     | 0x21000 | store/AMO page fault     | 0x21000",
                "fsw fa0,0(a0)     | 0x21000 | store/AMO page fault     | 0x21000",
                "amoadd.d a1,a2,(a0) | 0x21000 | store/AMO page fault   | 0x21000",
                "amoswap.w a1,a2,(a0) | 0x22000 | store/AMO page fault  | 0x22000",
                "lr.d a1,(a0)      | 0x22000 | load page fault          | 0x22000",
                "lr.w a1,(a0)      | 0x20002 | load address misaligned  | 0x20002",
                "lr.d a1,(a0)      | 0x20004 | load address misaligned  | 0x20004",
                "amoadd.d a1,a2,(a0) | 0x20004 | store/AMO address misaligned | 0x20004",
                "amoswap.w x0,a2,(a0) | 0x20001 | store/AMO address misaligned | 0x20001",
                "amomaxu.w a1,a2,(a0) | 0x21ffe | store/AMO address misaligned | 0x21ffe",
                "ebreak            | 0       | breakpoint               | 0",
                "c.ebreak          | 0       | breakpoint               | 0",
                "c.unimp           | 0       | illegal instruction      | 0",
                "illegal 0xffffffff | 0      | illegal instruction      | 0xffffffff",
                "csrrs a1,0x300,x0 | 0       | illegal instruction      | 0x300025f3",
                "csrrw x0,cycle,x0 | 0       | illegal instruction      | 0xc0001073",
                "csrrw a1,time,x0  | 0       | illegal instruction      | 0xc01015f3",
                "csrrs a1,time,a1  | 0       | illegal instruction      | 0xc015a5f3",
                "csrrsi a1,time,1  | 0       | illegal instruction      | 0xc010e5f3",
                "csrrci a1,instret,1 | 0     | illegal instruction      | 0xc020f5f3",
                "csrrs a1,0xc03,x0 | 0       | illegal instruction      | 0xc03025f3",
                "mret              | 0       | illegal instruction      | 0x30200073",
            })
    default void aTrapLeavesTheStateAsBeforeItsInstruction(
            String instruction, long address, String cause, long value) {
        String program = "addi a3,x0,3\n addi a4,x0,4\n" + instruction;
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[ContractGuest.A0] = address;
            guest.hart.x[ContractGuest.A1] = 7;

            assertThat(guest.run()).isEqualTo(Stop.TRAP);

            assertThat(TrapCause.name(guest.hart.trapCause)).isEqualTo(cause);
            assertThat(guest.hart.trapValue).isEqualTo(value);
            assertThat(guest.hart.pc).isEqualTo(CODE + 8);
            assertThat(guest.hart.steps).isEqualTo(2);
            assertThat(guest.hart.openSteps).isEqualTo(2);
            assertThat(guest.hart.x[13]).isEqualTo(3);
            assertThat(guest.hart.x[14]).isEqualTo(4);
            assertThat(guest.hart.x[ContractGuest.A1]).isEqualTo(7);
            assertThat(guest.memory.loadInt(ContractGuest.READ_ONLY - 4)).isZero();
        }
    }

    @Test
    default void aStoreConditionalWiderThanItsReservationMustBeAligned() {
        try (ContractGuest guest = new ContractGuest(this, "lr.w a1,(a0)\n sc.d a1,a2,(a0)")) {
            guest.hart.x[ContractGuest.A0] = ContractGuest.DATA + 4;

            assertThat(guest.run()).isEqualTo(Stop.TRAP);

            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.STORE_MISALIGNED);
            assertThat(guest.hart.trapValue).isEqualTo(ContractGuest.DATA + 4);
            assertThat(guest.hart.pc).isEqualTo(CODE + 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"5", "6", "7"})
    default void anInstructionThatRoundsTrapsWhileFrmIsReserved(int frm) {
        String program = "csrrw x0,frm,a1\n fadd.d fa0,fa0,fa1,dyn\n ecall";
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.f[10] = Double.doubleToRawLongBits(1);
            guest.hart.x[ContractGuest.A1] = frm;

            assertThat(guest.run()).isEqualTo(Stop.TRAP);

            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
            assertThat(guest.hart.trapValue)
                    .isEqualTo(ContractGuest.code("fadd.d fa0,fa0,fa1,dyn"));
            assertThat(guest.hart.f[10]).isEqualTo(Double.doubleToRawLongBits(1));
            assertThat(guest.hart.frm).isEqualTo(frm);
            assertThat(guest.hart.fflags).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"csrrs a1,time,x0 | 11", "csrrci a1,time,0 | 11", "csrrs x0,time,x0 | 0"})
    default void aReadOfTheTimeIsHandedBackWithItsRegister(String instruction, int register) {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,x0,3\n" + instruction)) {
            assertThat(guest.run()).isEqualTo(Stop.TIME);
            assertThat(guest.hart.trapValue).isEqualTo(register);
            assertThat(guest.hart.pc).isEqualTo(CODE + 4);
            assertThat(guest.hart.steps).isEqualTo(1);
            assertThat(guest.hart.openSteps).isEqualTo(1);
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(3);
            assertThat(guest.hart.x[ContractGuest.A1]).isZero();
        }
    }

    @Test
    default void theOtherCountersTellTheStepsBefore() {
        String program = "c.nop\n c.nop\n csrrs a0,cycle,x0\n c.nop\n csrrs a1,instret,x0\n ecall";
        try (ContractGuest guest = new ContractGuest(this, program)) {
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(2);
            assertThat(guest.hart.x[ContractGuest.A1]).isEqualTo(4);
        }
    }

    @ParameterizedTest
    @CsvSource({"0x20000", "0x22000", "0x40000000", "-2", "0"})
    default void aJumpToWhatCannotBeExecutedTrapsThere(long target) {
        try (ContractGuest guest = new ContractGuest(this, "jalr a0,0(a1)")) {
            guest.hart.x[ContractGuest.A1] = target;
            assertThat(guest.run()).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.INSTRUCTION_PAGE_FAULT);
            assertThat(guest.hart.trapValue).isEqualTo(target);
            assertThat(guest.hart.pc).isEqualTo(target);
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(CODE + 4);
            assertThat(guest.hart.steps).isEqualTo(1);
            assertThat(guest.hart.blocks).isEqualTo(1);
            assertThat(guest.hart.openSteps).isZero();
        }
    }

    @Test
    default void codeThatRunsOffItsPageTrapsAtTheNext() {
        long end = CODE + 2 * GuestMemory.PAGE_BYTES;
        try (ContractGuest guest = new ContractGuest(this, "ecall")) {
            guest.write(end - 8, "addi a0,x0,1\n addi a1,x0,2");
            guest.hart.pc = end - 8;
            assertThat(guest.run()).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.INSTRUCTION_PAGE_FAULT);
            assertThat(guest.hart.trapValue).isEqualTo(end);
            assertThat(guest.hart.pc).isEqualTo(end);
            assertThat(guest.hart.x[ContractGuest.A1]).isEqualTo(2);
            assertThat(guest.hart.steps).isEqualTo(2);
        }
    }

    @Test
    default void anInstructionWhoseSecondHalfCannotBeFetchedTrapsAtItsStart() {
        long end = CODE + 2 * GuestMemory.PAGE_BYTES;
        try (ContractGuest guest = new ContractGuest(this, "ecall")) {
            guest.write(end - 4, "c.nop");
            guest.memory.storeShort(end - 2, (short) 0x0513);
            guest.hart.pc = end - 4;
            assertThat(guest.run()).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.INSTRUCTION_PAGE_FAULT);
            assertThat(guest.hart.trapValue).isEqualTo(end);
            assertThat(guest.hart.pc).isEqualTo(end - 2);
            assertThat(guest.hart.steps).isEqualTo(1);
        }
    }

    @Test
    default void codeThatLosesItsPermissionTraps() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,a0,1\n ecall")) {
            guest.run();
            guest.skip(-4);
            guest.memory.protect(CODE, GuestMemory.PAGE_BYTES, Permissions.READ_WRITE);
            assertThat(guest.run()).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapValue).isEqualTo(CODE);
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(1);
        }
    }
}
