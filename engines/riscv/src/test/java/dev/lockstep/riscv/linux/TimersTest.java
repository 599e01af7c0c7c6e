package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

final class TimersTest {
    private static final long HANDLER = 0x123450;
    private static final int ALRM = 14;
    private static final int RT_SIGRETURN = 139;

    private final List<InputCall> inputs = new ArrayList<>();
    private final ArrayDeque<InputAnswer> answers = new ArrayDeque<>();
    private final Hart hart = new Hart();
    private final LinuxGuest guest =
            new LinuxGuest(
                    hart,
                    (call, perform) -> {
                        inputs.add(call);
                        answers.add(perform.get());
                        return answers.getLast();
                    });

    @AfterEach
    void close() {
        guest.close();
    }

    private static void handleAlarm(LinuxGuest guest) {
        guest.memory.storeLong(guest.buffer, HANDLER);
        guest.call(134, ALRM, guest.buffer, 0, 8);
    }

    private static long start(LinuxGuest guest, long every, long first) {
        for (int i = 0; i < 4; i++) {
            guest.memory.storeLong(guest.buffer + 8L * i, 0);
        }
        guest.memory.storeLong(guest.buffer + 8, every);
        guest.memory.storeLong(guest.buffer + 24, first);
        return guest.call(103, 0, guest.buffer, 0);
    }

    private static void sleepWithTimer(LinuxGuest guest) {
        handleAlarm(guest);
        start(guest, 0, 200_000); // Long enough not to expire before the sleep.
        guest.memory.storeLong(guest.buffer, 100);
        guest.memory.storeLong(guest.buffer + 8, 0);
        guest.tryCall(101, guest.buffer, guest.buffer + 16);
    }

    @Test
    void aSleepEndsWhenTheTimerExpires() {
        sleepWithTimer(guest);
        assertThat(hart.pc).isEqualTo(HANDLER);
        assertThat(hart.x[10]).isEqualTo(ALRM);
        assertThat(guest.memory.loadLong(guest.buffer + 16)).as("seconds left").isEqualTo(99);
        guest.tryCall(RT_SIGRETURN);
        assertThat(hart.x[10]).as("EINTR").isEqualTo(-4);
    }

    @Test
    void aSubjectIsToldWhenTheTimerExpired() {
        sleepWithTimer(guest);
        try (LinuxGuest subject = new LinuxGuest(new Hart(), (call, perform) -> answers.remove())) {
            sleepWithTimer(subject);
            assertThat(subject.hart.x).isEqualTo(hart.x);
            assertThat(subject.memory.digest()).isEqualTo(guest.memory.digest());
            assertThat(answers).isEmpty();
        }
    }

    @Test
    void expirationsAreAskedForOnlyWhileTheTimerRuns() {
        guest.call(172);
        assertThat(inputs).noneMatch(input -> input.number() == Timers.EXPIRATIONS_INPUT);
        start(guest, 0, 500_000);
        assertThat(inputs.getLast().number()).isEqualTo(Timers.EXPIRATIONS_INPUT);
        start(guest, 0, 0);
        int before = inputs.size();
        guest.call(172);
        assertThat(inputs).hasSize(before + 1);
    }

    @Test
    void aTimerThatIsStoppedTellsWhatWasLeft() {
        start(guest, 0, 900_000);
        assertThat(guest.call(102, 0, guest.buffer)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer + 24)).isBetween(1L, 900_000L);
        guest.memory.storeLong(guest.buffer + 24, 0);
        assertThat(guest.call(103, 0, guest.buffer, guest.buffer + 32)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer + 56)).isBetween(1L, 900_000L);
    }

    @Test
    void wrongTimersAreRefused() {
        assertThat(guest.call(103, 3, guest.buffer, 0)).isEqualTo(-22);
        assertThat(guest.call(102, 1, guest.buffer)).isEqualTo(-22);
        assertThat(guest.call(103, 0, 8, 0)).isEqualTo(-14);
        assertThat(start(guest, 0, 1_000_000)).isEqualTo(-22);
        assertThat(guest.notes).singleElement().asString().contains("timers of real time");
    }

    @Test
    void aWaitForASignalTakesTheAlarmItWaitsFor() {
        guest.memory.storeLong(guest.buffer + 64, 1L << (ALRM - 1));
        guest.call(135, 2, guest.buffer + 64, 0, 8);
        start(guest, 0, 1000);
        assertThat(guest.call(137, guest.buffer + 64, 0, 0, 8)).isEqualTo(ALRM);
    }

    @Test
    void inFreeRunsTheHostIsAsked() {
        try (LinuxGuest free = new LinuxGuest(new Hart(), InputSource.HOST)) {
            sleepWithTimer(free);
            assertThat(free.hart.pc).isEqualTo(HANDLER);
        }
    }
}
