package dev.lockstep.riscv.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

final class HostKernelTest {
    private static final long EBADF = -9;

    @Test
    void aResultIsTheCallsOrANegativeErrorNumber() {
        HostKernel kernel = new HostKernel();
        assertThat(kernel.call(HostCall.DUP, -1)).isEqualTo(EBADF);
        long copy = kernel.call(HostCall.DUP, 1);
        assertThat(copy).isNotNegative();
        assertThat(kernel.call(HostCall.CLOSE, copy)).isZero();
        assertThat(kernel.call(HostCall.CLOSE, copy)).isEqualTo(EBADF);
    }

    @ParameterizedTest
    @EnumSource(HostCall.class)
    void aNewerProcessorHasTheNumbersOfTheGuest(HostCall call) throws IOException {
        String row = "| %d | %s |".formatted(call.number(), call.name().toLowerCase(Locale.ROOT));
        assertThat(Files.readAllLines(Path.of("../../docs/syscalls.md")))
                .as("what the guest can call")
                .anyMatch(line -> line.startsWith(row));
        assertThat(HostArchitecture.AARCH64.number(call)).isEqualTo(call.number());
    }

    @ParameterizedTest
    @CsvSource({
        "0200000, 040000",
        "0400000, 0100000",
        "040000, 0200000",
        "0100000, 0400000",
        "02000101, 02000101"
    })
    void theFlagsOfOpenAreThoseOfTheHost(String guest, String host) {
        long flags = Long.parseLong(guest, 8);
        assertThat(HostArchitecture.AARCH64.openFlags(flags)).isEqualTo(Long.parseLong(host, 8));
        assertThat(HostArchitecture.AARCH64.guestOpenFlags(Long.parseLong(host, 8)))
                .isEqualTo(flags);
        assertThat(HostArchitecture.X86_64.openFlags(flags)).isEqualTo(flags);
        assertThat(HostArchitecture.X86_64.guestOpenFlags(flags)).isEqualTo(flags);
    }

    @Test
    void anotherProcessorIsNamed() {
        assertThatThrownBy(() -> HostArchitecture.of("sparc"))
                .hasMessageContaining("sparc (expected: amd64 or aarch64)");
    }
}
