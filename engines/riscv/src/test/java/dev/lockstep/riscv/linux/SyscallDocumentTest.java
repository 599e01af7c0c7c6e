package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class SyscallDocumentTest {
    @Test
    void theDocumentListsEveryRowOfTheTable() throws Exception {
        List<String> expected;
        try (LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST)) {
            expected =
                    guest.machine.syscalls().stream().map(SyscallDocumentTest::documented).toList();
        }
        List<String> actual =
                Files.readAllLines(Path.of("../../docs/syscalls.md")).stream()
                        .filter(line -> line.matches("\\| \\d+ \\|.*"))
                        .map(line ->
                                line.replaceFirst("(\\|[^|]*\\|[^|]*\\|[^|]*\\|[^|]*\\|).*", "$1"))
                        .toList();
        assertThat(actual).isEqualTo(expected);
    }

    private static String documented(Syscall row) {
        return "| %d | %s | %s | %d |"
                .formatted(row.number(), row.name(), row.callClass(), row.arity());
    }
}
