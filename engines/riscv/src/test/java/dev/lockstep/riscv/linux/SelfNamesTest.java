package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class SelfNamesTest {
    private static final long DIRECTORY = 77;

    private final List<String> notes = new ArrayList<>();
    private final SelfNames names =
            new SelfNames(
                    Path.of("/bin/program"),
                    notes::add,
                    number -> number == 3 ? 40 : -1,
                    () -> DIRECTORY);

    @ParameterizedTest
    @CsvSource({
        "/etc/passwd, /etc/passwd",
        "/proc/self/exe, /bin/program",
        "/proc/self/cwd, /proc/self/fd/77",
        "/proc/self/cwd/below, /proc/self/fd/77/below",
        "/proc/self/fd/3, /proc/self/fd/40",
        "/proc/self/fd/3/below, /proc/self/fd/40/below",
        "/proc/self/fdinfo/3, /proc/self/fdinfo/40",
        "/dev/fd/3, /proc/self/fd/40",
        "/proc/self/fd/4, /proc/self/fd/-1",
        "/proc/self/fd/x, /proc/self/fd/x",
        "/proc/self/fd, /proc/self/fd",
        "/dev/stdin, /proc/self/fd/-1",
        "/proc/self/mounts, /proc/self/mounts",
        "/proc/selfish, /proc/selfish",
    })
    void theGuestFindsItself(String name, String onHost) {
        assertThat(names.onHost(name)).isEqualTo(onHost);
        assertThat(notes).isEmpty();
    }

    @Test
    void theGuestDoesNotFindItsHost() {
        assertThat(names.onHost("/proc/self/maps")).isEqualTo("/proc/self/absent");
        assertThat(notes)
                .containsExactly("/proc/self/maps is not modelled; the guest does not find it");
    }
}
