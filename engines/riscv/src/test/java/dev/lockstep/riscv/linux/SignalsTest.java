package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestExit.Reason;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.TrapCause;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Optional;

/** Handlers: how they are entered and left. The layout of their frames is held against qemu. */
final class SignalsTest {
    private static final long HANDLER = 0x123450;
    private static final long ON_STACK = 0x08000000;
    private static final long NO_DEFER = 0x40000000;
    private static final long ONCE = 0x80000000L;
    private static final int USR1 = 10;
    private static final int USR2 = 12;
    private static final int SEGV = 11;

    private static final int FRAME_BYTES = 832;
    private static final int MASK = 168;
    private static final int PC = 304;
    private static final int FLOATS = PC + 32 * 8;
    private static final int FCSR = FLOATS + 32 * 8;

    private final Hart hart = new Hart();
    private final LinuxGuest guest = new LinuxGuest(hart, InputSource.HOST);
    private long stackPointer;
    private long pid;

    @BeforeEach
    void start() {
        pid = guest.call(172);
        stackPointer = hart.x[2];
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private void handle(int signal, long flags, long mask) {
        guest.memory.storeLong(guest.buffer, HANDLER);
        guest.memory.storeLong(guest.buffer + 8, flags);
        guest.memory.storeLong(guest.buffer + 24, mask);
        assertThat(guest.call(134, signal, guest.buffer, 0, 8)).isZero();
    }

    private Optional<GuestExit> send(int signal) {
        return guest.tryCall(129, pid, signal);
    }

    private Optional<GuestExit> fault(long address) {
        hart.trapCause = TrapCause.LOAD_PAGE_FAULT;
        hart.trapValue = address;
        return guest.machine.trap();
    }

    private long mask() {
        assertThat(guest.call(135, 0, 0, guest.buffer, 8)).isZero();
        return guest.memory.loadLong(guest.buffer);
    }

    private void block(long set) {
        guest.memory.storeLong(guest.buffer, set);
        guest.call(135, 2, guest.buffer, 0, 8);
    }

    private void useAlternateStack(long start, long size) {
        guest.memory.storeLong(guest.buffer, start);
        guest.memory.storeLong(guest.buffer + 8, 0);
        guest.memory.storeLong(guest.buffer + 16, size);
        assertThat(guest.call(132, guest.buffer, 0)).isZero();
    }

    @Test
    void aHandlerIsEnteredAtTheEndOfTheCallThatSentTheSignal() {
        handle(USR1, 0, 0);
        hart.pc = 0x5000;
        assertThat(send(USR1)).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        long frame = hart.x[2];
        assertThat(frame).isEqualTo((stackPointer - FRAME_BYTES) & -16);
        assertThat(Arrays.copyOfRange(hart.x, 10, 13)).containsExactly(USR1, frame, frame + 128);
        assertThat(guest.memory.loadInt(hart.x[1])).as("li a7,139").isEqualTo(0x08b00893);
        assertThat(guest.memory.loadInt(frame)).isEqualTo(USR1);
        assertThat(guest.memory.loadLong(frame + PC)).isEqualTo(0x5004);
        assertThat(guest.memory.loadLong(frame + PC + 2 * 8)).isEqualTo(stackPointer);
        assertThat(guest.memory.loadLong(frame + PC + 10 * 8)).as("a0: sent").isZero();
    }

    @Test
    void aDeliveryIsATransferThatTurnsTheDigest() {
        handle(USR1, 0, 0);
        hart.pc = 0x5000;
        hart.openDigest = 0;
        send(USR1);
        long result = Digest.mix(0) * Digest.constant(0x5000, 10);
        long transfer = Digest.mix(HANDLER) * Digest.constant(0x5000, Digest.TRANSFER);
        assertThat(hart.openDigest).isEqualTo((result + transfer) * Digest.TURN);
        assertThat(hart.openTurns).isEqualTo(1);
    }

    @Test
    void returningFromAHandlerRestoresTheWholeHart() {
        for (int i = 1; i < 32; i++) {
            hart.f[i] = 1000L + i;
        }
        hart.fflags = 0x11;
        hart.frm = 2;
        handle(USR1, 0, 0);
        hart.pc = 0x5000;
        send(USR1);
        long[] frameRegisters = hart.x.clone();
        Arrays.fill(hart.f, 7);
        hart.fflags = 0;
        hart.frm = 0;
        hart.x[9] = 99;
        hart.openDigest = 0;
        hart.openTurns = 0;
        hart.pc = 0x6000;
        guest.tryCall(139);

        assertThat(hart.pc).isEqualTo(0x5004);
        assertThat(hart.x[2]).isEqualTo(stackPointer);
        assertThat(hart.x[9]).isEqualTo(frameRegisters[9]);
        assertThat(hart.x[10]).as("a0: what kill returned").isZero();
        assertThat(hart.f[31]).isEqualTo(1031);
        assertThat(hart.fflags).isEqualTo(0x11);
        assertThat(hart.frm).isEqualTo(2);
        long transfer = Digest.mix(0x5004) * Digest.constant(0x6000, Digest.TRANSFER);
        long result = Digest.mix(0) * Digest.constant(0x6000, 10);
        assertThat(hart.openDigest).isEqualTo(transfer * Digest.TURN + result);
        assertThat(hart.openTurns).isEqualTo(1);
    }

    @Test
    void aTrapEntersItsHandlerWithTheFaultingInstructionToReturnTo() {
        handle(SEGV, 0, 0);
        hart.pc = 0x5000;
        assertThat(fault(0x10)).isEmpty();
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(guest.memory.loadLong(hart.x[2] + PC)).isEqualTo(0x5000);
        assertThat(guest.memory.loadInt(hart.x[2] + 8)).as("not mapped").isEqualTo(1);
        assertThat(guest.memory.loadLong(hart.x[2] + 16)).isEqualTo(0x10);
    }

    @Test
    void aReservationDoesNotOutliveACallOrATrap() {
        hart.reservation = 0x1000;
        guest.call(172);
        assertThat(hart.reservation).isEqualTo(Hart.NO_RESERVATION);
        handle(SEGV, 0, 0);
        hart.reservation = 0x1000;
        fault(0x10);
        assertThat(hart.reservation).isEqualTo(Hart.NO_RESERVATION);
    }

    @Test
    void aHandlerBlocksItsSignalAndItsMaskUntilItReturns() {
        block(1);
        handle(USR1, 0, 0b1000);
        send(USR1);
        long frame = hart.x[2];
        assertThat(guest.memory.loadLong(frame + MASK)).isEqualTo(1);
        assertThat(mask()).isEqualTo(1L | 0b1000 | 1L << (USR1 - 1));
        guest.tryCall(139);
        assertThat(mask()).isEqualTo(1);
    }

    @Test
    void aHandlerMayLeaveItsSignalUnblockedAndNest() {
        handle(USR1, NO_DEFER, 0);
        send(USR1);
        long outer = hart.x[2];
        send(USR1);
        assertThat(hart.x[2]).isEqualTo(outer - FRAME_BYTES);
        guest.tryCall(139);
        assertThat(hart.x[2]).isEqualTo(outer);
        guest.tryCall(139);
        assertThat(hart.x[2]).isEqualTo(stackPointer);
    }

    @Test
    void severalSignalsThatBecomeDueEnterHandlersOneInsideTheOther() {
        handle(USR1, 0, 0);
        handle(USR2, 0, 0);
        block(1L << (USR1 - 1) | 1L << (USR2 - 1));
        send(USR2);
        send(USR1);
        assertThat(hart.x[2]).isEqualTo(stackPointer);
        hart.openTurns = 0;
        block(0);
        assertThat(hart.x[10]).isEqualTo(USR2);
        assertThat(hart.openTurns).isEqualTo(2);
        assertThat(hart.x[2]).isEqualTo(stackPointer - 2 * FRAME_BYTES);
        assertThat(guest.memory.loadLong(hart.x[2] + PC)).isEqualTo(HANDLER);
    }

    @Test
    void aHandlerForOneUseLeavesTheDefaultBehind() {
        handle(USR1, ONCE, 0);
        assertThat(send(USR1)).isEmpty();
        guest.tryCall(139);
        assertThat(send(USR1)).contains(new GuestExit(Reason.SIGNALED, USR1));
    }

    @Test
    void aHandlerMayHaveAStackOfItsOwn() {
        long top = guest.buffer + 0x8000;
        useAlternateStack(guest.buffer + 0x1000, 0x7000);
        handle(USR1, ON_STACK | NO_DEFER, 0);
        send(USR1);
        assertThat(hart.x[2]).isEqualTo(top - FRAME_BYTES);
        send(USR1);
        assertThat(hart.x[2]).as("inside it, the stack goes on").isEqualTo(top - 2 * FRAME_BYTES);
        assertThat(guest.call(132, guest.buffer, 0)).as("in use").isEqualTo(-1);
    }

    @Test
    void aStackThatCannotTakeTheFrameEndsTheGuest() {
        useAlternateStack(guest.buffer + 0x1000, 2048);
        handle(USR1, ON_STACK | NO_DEFER, 0);
        assertThat(send(USR1)).isEmpty();
        assertThat(send(USR1)).isEmpty();
        assertThat(send(USR1)).contains(new GuestExit(Reason.SIGNALED, SEGV));
    }

    @Test
    void aFaultWhileItsSignalIsBlockedEndsTheGuest() {
        handle(SEGV, 0, 0);
        assertThat(fault(0x10)).isEmpty();
        assertThat(fault(0x10)).contains(new GuestExit(Reason.SIGNALED, SEGV));
    }

    @Test
    void returningWithoutAFrameIsAFault() {
        hart.x[2] = 8;
        assertThat(guest.tryCall(139)).contains(new GuestExit(Reason.SIGNALED, SEGV));
    }

    @Test
    void whatIsPendingTakesNoMoreThanItsBound() {
        block(1L << 39);
        for (int i = 0; i < PendingSignals.LIMIT; i++) {
            assertThat(guest.call(129, pid, 40)).isZero();
        }
        assertThat(guest.call(129, pid, 40)).isEqualTo(-11);
    }

    @Test
    void aSignalThatWouldStopTheGuestDoesNot() {
        assertThat(send(19)).isEmpty();
        assertThat(send(20)).isEmpty();
        assertThat(guest.notes)
                .containsExactly(
                        "signal 19 does not stop the guest", "signal 20 does not stop the guest");
    }

    @Test
    void aHandlerFindsTheFloatingPointStateInItsFrame() {
        hart.f[0] = 11;
        hart.f[31] = 12;
        hart.fflags = 1;
        hart.frm = 3;
        handle(USR1, 0, 0);
        send(USR1);
        assertThat(guest.memory.loadLong(hart.x[2] + FLOATS)).isEqualTo(11);
        assertThat(guest.memory.loadLong(hart.x[2] + FLOATS + 31 * 8)).isEqualTo(12);
        assertThat(guest.memory.loadInt(hart.x[2] + FCSR)).isEqualTo(0x61);
    }
}
