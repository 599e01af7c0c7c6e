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
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Code that changes: stores to it are seen at the next block at the latest, however they are made.
 */
interface CodeChangeContract extends ExecutorFactory {
    @ParameterizedTest
    @ValueSource(strings = {"fence.i", "jal x0,next"})
    default void aStoreToCodeIsSeenInTheNextBlock(String blockEnd) {
        String program =
                """
                loop:
                addi a2,a2,1
                sw a1,0(a3)
                %s
                next:
                addi a0,a0,1
                blt a2,a4,loop
                ecall
                """
                        .formatted(blockEnd);
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[ContractGuest.A1] = ContractGuest.code("addi a0,a0,16");
            guest.hart.x[13] = CODE + 12;
            guest.hart.x[14] = 50;
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(50 * 16);
        }
    }

    @Test
    default void codeThatChangesEveryRoundIsExecutedAnew() {
        String program =
                """
                loop:
                addi a1,a1,1
                slli a5,a1,20
                or a5,a5,a6
                sw a5,24(a3)
                fence.i
                c.nop
                c.nop
                addi a0,a0,0
                blt a1,a4,loop
                ecall
                """;
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[13] = CODE;
            guest.hart.x[14] = 100;
            guest.hart.x[16] = ContractGuest.code("addi a0,a0,0");
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(100 * 101 / 2);
        }
    }

    @Test
    default void dataBesideCodeCanBeWritten() {
        String program =
                """
                loop:
                addi a1,a1,1
                sd a1,512(a3)
                blt a1,a4,loop
                ld a0,512(a3)
                ecall
                """;
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[13] = CODE;
            guest.hart.x[14] = 20_000;
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(20_000);
        }
    }

    @Test
    default void codeWrittenByASystemCallIsSeen() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,a0,1\n ecall")) {
            guest.run();
            guest.skip(-4);
            guest.write(CODE, "addi a0,a0,32");
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(33);
        }
    }

    @Test
    default void codeThatWasMappedAnewIsSeen() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,a0,1\n ecall")) {
            guest.run();
            guest.skip(-4);
            guest.memory.map(CODE, GuestMemory.PAGE_BYTES, Permissions.ALL);
            guest.write(CODE, "addi a0,a0,64\n ecall");
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(65);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fadd.d fa0,fa0,fa1,rne | 4",
                "fmv.x.d a2,fa0 | 4",
                "fmv.d.x fa0,a2 | 4",
                "fld fa0,0(s0) | 4",
                "fsw fa0,0(s0) | 4",
                "c.fld fa0,0(s0) | 2",
                "c.fsdsp fa0,0(sp) | 2",
                "csrrs a2,frm,x0 | 4",
                "csrrwi x0,fcsr,0 | 4",
            })
    default void whatNeedsAForbiddenFloatingPointUnitIsIllegal(String instruction, int length) {
        String program = "addi a0,a0,1\n blt a0,a1,0x10000\n" + instruction + "\n ecall";
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[ContractGuest.A1] = 1000;
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            guest.hart.hasFloats = false;
            guest.memory.forgetCode();
            guest.hart.pc = CODE;
            assertThat(guest.run()).isEqualTo(Stop.TRAP);
            assertThat(guest.hart.trapCause).isEqualTo(TrapCause.ILLEGAL_INSTRUCTION);
            assertThat(guest.hart.trapValue)
                    .isEqualTo(Integer.toUnsignedLong(ContractGuest.code(instruction)));
            assertThat(guest.hart.pc).isEqualTo(CODE + 8);
            guest.hart.hasFloats = true;
            guest.memory.forgetCode();
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.pc).isEqualTo(CODE + 8 + length);
        }
    }

    @Test
    default void anInstructionAcrossTwoPagesIsSeenToChangeInEither() {
        long start = CODE + GuestMemory.PAGE_BYTES - 2;
        try (ContractGuest guest = new ContractGuest(this, "ecall")) {
            guest.write(start, "addi a0,a0,1\n ecall");
            guest.hart.pc = start;
            guest.run();
            guest.skip(-4);
            guest.write(start, "addi a0,a0,5");
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(6);
            guest.skip(-4);
            guest.memory.storeByte(start + 3, (byte) 0x7f);
            guest.run();
            assertThat(guest.hart.x[ContractGuest.A0]).isEqualTo(6 + 0x7f5);
        }
    }
}
