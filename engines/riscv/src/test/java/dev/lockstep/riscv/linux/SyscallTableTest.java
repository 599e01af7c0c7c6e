package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What holds for every row of the table, whatever its arguments are. */
final class SyscallTableTest {
    private static final int ARGUMENTS = 6;

    private static List<Syscall> rows() {
        try (LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST)) {
            return guest.machine.syscalls();
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aSubjectAsksTheReferenceAndNeverItsHost(Syscall row) {
        for (long answer : new long[] {0, 1, Errno.EBADF}) {
            AtomicInteger inputs = new AtomicInteger();
            InputSource world =
                    (call, perform) -> {
                        inputs.incrementAndGet();
                        return InputAnswer.of(answer);
                    };
            try (LinuxGuest subject = new LinuxGuest(new Hart(), world)) {
                for (long argument : new long[] {0, 1, -1, 8, subject.buffer, Long.MIN_VALUE}) {
                    long[] arguments = new long[ARGUMENTS];
                    Arrays.fill(arguments, argument);
                    inputs.set(0);
                    boolean ended = subject.tryCall(row.number(), arguments).isPresent();
                    assertThat(row.resultIsComputed() || inputs.get() > 0)
                            .as(
                                    "%s(%d, ...) counts its result or asks for it",
                                    row.name(), argument)
                            .isTrue();
                    assertThat(subject.machine.hasAskedHost()).as(row.name()).isFalse();
                    if (ended) {
                        break;
                    }
                }
            }
        }
    }
}
