package dev.lockstep.riscv.contract;

import static dev.lockstep.riscv.contract.ContractGuest.A0;
import static dev.lockstep.riscv.contract.ContractGuest.DATA;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * When an SC succeeds: a1 holds the address that LR reserved, a2 the one behind it, and a0 tells
 * what SC said. As under qemu-user, a store takes a reservation away only by changing what is
 * there.
 */
interface ReservationContract extends ExecutorFactory {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                                    | 0",
                "ld a3,0(a1)                                         | 0",
                "sd x0,8(a1)                                         | 0",
                "amoadd.d a3,a1,(a2)                                 | 0",
                "sd x0,0(a1)                                         | 0",
                "sd a1,0(a1)                                         | 1",
                "amoswap.d a3,a1,(a1)                                | 1",
                "sc.d a3,x0,(a2)                                     | 1",
                "sc.d a3,x0,(a1)                                     | 1",
                "lr.d a3,(a2)                                        | 1",
                "lr.d a3,(a2)\\n sc.d a3,x0,(a2)                      | 1",
                "lr.d a3,(a2)\\n lr.d a3,(a1)                         | 0",
            })
    default void aStoreConditionalFailsWhenItsReservationWasTaken(
            @Nullable String between, int failure) {
        String middle = between == null ? "" : between.replace("\\n", "\n");
        String program = "lr.d a3,(a1)\n" + middle + "\n sc.d a0,a2,(a1)\n ecall";
        try (ContractGuest guest = new ContractGuest(this, program)) {
            guest.hart.x[ContractGuest.A1] = DATA;
            guest.hart.x[ContractGuest.A2] = DATA + Long.BYTES;

            assertThat(guest.run()).isEqualTo(Stop.ECALL);

            assertThat(guest.hart.x[A0]).isEqualTo(failure);
            assertThat(guest.memory.loadLong(DATA) == DATA + Long.BYTES).isEqualTo(failure == 0);
        }
    }
}
