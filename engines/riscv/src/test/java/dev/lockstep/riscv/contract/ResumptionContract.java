package dev.lockstep.riscv.contract;

import static dev.lockstep.riscv.contract.ContractGuest.A0;
import static dev.lockstep.riscv.contract.ContractGuest.A1;
import static dev.lockstep.riscv.contract.ContractGuest.CODE;
import static dev.lockstep.riscv.contract.ContractGuest.S0;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.Stop;

import org.junit.jupiter.api.Test;

/** What the machine does to a hart between two runs, as when it enters or leaves a handler. */
interface ResumptionContract extends ExecutorFactory {
    long HANDLER = CODE + 0x1000;
    int FA0 = 10;
    int FA1 = 11;
    int ROUND_UP = 3;
    int INEXACT = 1;

    @Test
    default void anEcallMayGoOnElsewhereWithOtherRegisters() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,x0,1\n ecall\n addi a0,x0,2")) {
            guest.write(HANDLER, "add a0,a0,a1\n ecall");
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            guest.skip(0);
            guest.hart.pc = HANDLER;
            guest.hart.x[A0] = 40;
            guest.hart.x[A1] = 2;
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.pc).isEqualTo(HANDLER + 4);
            assertThat(guest.hart.x[A0]).isEqualTo(42);
        }
    }

    @Test
    default void aTrapMayGoOnInAHandlerAndReturnToItsInstruction() {
        try (ContractGuest guest = new ContractGuest(this, "addi a0,x0,1\n ld a1,0(a2)\n ecall")) {
            guest.write(HANDLER, "ecall");
            guest.hart.x[ContractGuest.A2] = ContractGuest.UNMAPPED;
            assertThat(guest.run()).isEqualTo(Stop.TRAP);
            guest.skip(0);
            guest.hart.pc = HANDLER;
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            guest.skip(0);
            guest.memory.storeLong(ContractGuest.DATA, 77);
            guest.hart.x[ContractGuest.A2] = ContractGuest.DATA;
            guest.hart.pc = CODE + 4;
            assertThat(guest.run()).isEqualTo(Stop.ECALL);
            assertThat(guest.hart.pc).isEqualTo(CODE + 8);
            assertThat(guest.hart.x[A1]).isEqualTo(77);
            assertThat(guest.hart.x[A0]).isEqualTo(1);
        }
    }

    @Test
    default void floatingPointStateIsThatWhichWasRestored() {
        try (ContractGuest guest =
                new ContractGuest(
                        this, "fdiv.d fa0,fa0,fa1,dyn\n ecall\n fdiv.d fa0,fa0,fa1,dyn\n ecall")) {
            Hart hart = guest.hart;
            setOperands(hart);
            guest.run();
            long nearest = hart.f[FA0];
            assertThat(hart.fflags).isEqualTo(INEXACT);
            guest.skip(4);
            setOperands(hart);
            hart.frm = ROUND_UP;
            hart.fflags = 0;
            guest.run();
            assertThat(hart.f[FA0]).isEqualTo(nearest + 1);
            assertThat(hart.fflags).isEqualTo(INEXACT);
        }
    }

    // A third, rounded to nearest, is below a third.
    private static void setOperands(Hart hart) {
        hart.f[FA0] = Double.doubleToRawLongBits(1);
        hart.f[FA1] = Double.doubleToRawLongBits(3);
    }

    @Test
    default void aReservationThatWasTakenAwayFailsTheStore() {
        try (ContractGuest guest =
                new ContractGuest(this, "lr.d a0,(s0)\n ecall\n sc.d a1,s0,(s0)\n ecall")) {
            guest.run();
            guest.skip(4);
            guest.hart.reservation = Hart.NO_RESERVATION;
            guest.run();
            assertThat(guest.hart.x[A1]).isEqualTo(1);
            assertThat(guest.memory.loadLong(guest.hart.x[S0])).isZero();
        }
    }
}
