package dev.lockstep.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.TrapCause;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AtomicsTest {
    private static final int A0 = 10;
    private static final int A1 = 11;

    @ParameterizedTest
    @CsvSource({
        "amoswap.w, 0x80000001, 5, 5",
        "amoadd.w, 0x7fffffff, 1, 0x80000000",
        "amoxor.w, 0xff, 0x0f, 0xf0",
        "amoand.w, 0xff, 0x0f, 0x0f",
        "amoor.w, 0xf0, 0x0f, 0xff",
        "amomin.w, 0x80000000, 1, 0x80000000",
        "amomax.w, 0x80000000, 1, 1",
        "amominu.w, 0x80000000, 1, 1",
        "amomaxu.w, 0x80000000, 1, 0x80000000",
    })
    void wordsAreReplacedAndReturnedSignExtended(String name, long old, long operand, long stored) {
        try (var guest = new Guest(name + " a0,a1,(s0)\n ecall")) {
            guest.memory.storeInt(Guest.DATA, (int) old);
            guest.memory.storeInt(Guest.DATA + 4, -1);
            guest.hart.x[A1] = operand;
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[A0]).isEqualTo(signExtended(old));
            assertThat(guest.memory.loadInt(Guest.DATA)).isEqualTo((int) stored);
            assertThat(guest.memory.loadInt(Guest.DATA + 4)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "amoswap.d, -1, 5, 5",
        "amoadd.d, 0xffffffff, 1, 0x100000000",
        "amomin.d, -1, 1, -1",
        "amomax.d, -1, 1, 1",
        "amominu.d, -1, 1, 1",
        "amomaxu.d, -1, 1, -1",
    })
    void doublewordsAreReplacedAndReturned(String name, long old, long operand, long stored) {
        try (var guest = new Guest(name + " a0,a1,(s0)\n ecall")) {
            guest.memory.storeLong(Guest.DATA, old);
            guest.hart.x[A1] = operand;
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[A0]).isEqualTo(old);
            assertThat(guest.memory.loadLong(Guest.DATA)).isEqualTo(stored);
        }
    }

    @Test
    void aReservationServesOneStore() {
        String program = "lr.w a0,(s0)\n sc.w a1,s0,(s0)\n sc.w a2,s0,(s0)\n ecall";
        try (var guest = new Guest(program)) {
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[A1]).isZero();
            assertThat(guest.hart.x[12]).isEqualTo(1);
            assertThat(guest.memory.loadInt(Guest.DATA)).isEqualTo((int) Guest.DATA);
        }
    }

    @Test
    void aChangedValueBreaksTheReservation() {
        String program = "lr.d a0,(s0)\n sb s0,2(s0)\n sc.d a1,x0,(s0)\n ecall";
        try (var guest = new Guest(program)) {
            guest.memory.storeLong(Guest.DATA, -1);
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[A1]).isEqualTo(1);
            assertThat(guest.memory.loadLong(Guest.DATA)).isNotZero();
        }
    }

    @Test
    void anotherAddressBreaksTheReservation() {
        try (var guest = new Guest("addi a2,s0,8\n lr.d a0,(s0)\n sc.d a1,s0,(a2)\n ecall")) {
            guest.interpreter.run(Long.MAX_VALUE);
            assertThat(guest.hart.x[A1]).isEqualTo(1);
            assertThat(guest.memory.loadLong(Guest.DATA + 8)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'lr.w a0,(a1)', 0x20002, load address misaligned",
        "'amoadd.d a0,x0,(a1)', 0x20004, store/AMO address misaligned",
        "'amoadd.d a0,x0,(a1)', 0x21000, store/AMO page fault",
        "'amoadd.d a0,x0,(a1)', 0x40000, store/AMO page fault",
        "'lr.d a0,(a1)', 0x40000, load page fault",
    })
    void faultsNameTheAccess(String instruction, long address, String cause) {
        try (var guest = new Guest(instruction)) {
            guest.hart.x[A1] = address;
            assertThat(guest.interpreter.run(Long.MAX_VALUE)).isEqualTo(Stop.TRAP);
            assertThat(TrapCause.name(guest.hart.trapCause)).isEqualTo(cause);
            assertThat(guest.hart.trapValue).isEqualTo(address);
        }
    }

    private static long signExtended(long word) {
        return (int) word;
    }
}
