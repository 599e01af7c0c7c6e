package dev.lockstep.riscv.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;

import org.junit.jupiter.api.Test;

/** Guests in one JVM have nothing in common. */
interface IsolationContract extends ExecutorFactory {
    @Test
    default void twoGuestsThatTakeTurnsDoNotDisturbEachOther() {
        try (ContractGuest first = new ContractGuest(this, counting(1, "blt a0,a1,loop"));
                ContractGuest second = new ContractGuest(this, counting(-1, "blt a1,a0,loop"))) {
            first.hart.x[ContractGuest.A1] = 5000;
            second.hart.x[ContractGuest.A1] = -5000;
            boolean running = true;
            while (running) {
                boolean firstRuns = runFor(first, 97) == Stop.LIMIT;
                boolean secondRuns = runFor(second, 41) == Stop.LIMIT;
                running = firstRuns || secondRuns;
            }
            assertThat(first.hart.steps).isEqualTo(20_000);
            assertThat(second.hart.steps).isEqualTo(20_000);
            assertThat(first.memory.loadLong(ContractGuest.DATA)).isEqualTo(5000);
            assertThat(second.memory.loadLong(ContractGuest.DATA)).isEqualTo(-5000);
            assertThat(first.hart.f[10]).isEqualTo(Double.doubleToLongBits(5000));
            assertThat(second.hart.f[10]).isEqualTo(Double.doubleToLongBits(-5000));
        }
    }

    private static String counting(int by, String branch) {
        return """
        loop:
        addi a0,a0,%d
        fcvt.d.l fa0,a0,rne
        sd a0,0(s0)
        %s
        ecall
        """
                .formatted(by, branch);
    }

    // A guest that has come to its ecall stays there, so its open record must not be touched.
    private static Stop runFor(ContractGuest guest, long steps) {
        boolean done = guest.hart.openSteps == 0 && guest.hart.steps >= 20_000;
        return done ? Stop.ECALL : guest.executor.run(guest.hart.steps + steps);
    }
}
