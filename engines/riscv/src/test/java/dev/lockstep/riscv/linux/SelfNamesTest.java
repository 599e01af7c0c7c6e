package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                    () -> ProcessHandle.current().pid(),
                    number -> number == 3 ? 40 : -1,
                    () -> DIRECTORY);

    @ParameterizedTest
    @CsvSource({
        "/proc/self/exe, /bin/program",
        "/proc/self/cwd, /proc/self/fd/77",
        "/proc/self/cwd/below/.., /proc/self/fd/77/below/..",
        "/proc/self/fd/3, /proc/self/fd/40",
        "/proc/self/fd/3/below, /proc/self/fd/40/below",
        "/proc/self/fd/3/, /proc/self/fd/40/",
        "/proc/self/fdinfo/3, /proc/self/fdinfo/40",
        "/proc/self/fd/4, /proc/self/fd/-1",
        "/proc/PID/fd/3, /proc/self/fd/40",
        "/proc/PID/exe, /bin/program",
        "/proc/thread-self/fd/3, /proc/self/fd/40",
        "//proc///self/fd//3, /proc/self/fd/40",
        "/proc/./self/./fd/3, /proc/self/fd/40",
        "/proc/self/fd/../fd/3, /proc/self/fd/40",
        "/proc/self/net/../fd/3, /proc/self/fd/40",
        "/proc/self/root/proc/self/fd/3, /proc/self/fd/40",
        "/home/../../proc/self/fd/3, /proc/self/fd/40",
        "/dev/fd/3, /proc/self/fd/40",
        "/dev/fd/../fd/3, /proc/self/fd/40",
        "/dev/./stdin, /proc/self/fd/-1",
    })
    void theGuestFindsItself(String name, String onHost) {
        assertThat(names.onHost(withProcessId(name))).contains(onHost);
        assertThat(notes).isEmpty();
    }

    private static String withProcessId(String name) {
        return name.replace("PID", String.valueOf(ProcessHandle.current().pid()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/etc/passwd",
                "/proc",
                "/proc/self",
                "/proc/PID",
                "/proc/self/fd",
                "/proc/self/fd/x",
                "/proc/self/mounts",
                "/proc/self/ns/mnt",
                "/proc/self/root",
                "/proc/selfish/fd/3",
                "/proc/1/fd/3",
                "/home/proc/self/exe",
                "/proc/self/../exe",
            })
    void whatIsTheSameForItsHostKeepsItsName(String name) {
        assertThat(names.onHost(withProcessId(name))).isEmpty();
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/proc/self/maps",
                "/proc/PID/maps",
                "/proc/thread-self/maps",
                "/proc/self/fd/../maps",
            })
    void theGuestDoesNotFindItsHost(String name) {
        assertThat(names.onHost(withProcessId(name))).contains("/proc/self/absent");
        assertThat(notes)
                .containsExactly("/proc/self/maps is not modelled; the guest does not find it");
    }

    @Test
    void itsThreadsAreItsHosts() {
        assertThat(names.onHost("/proc/self/task/1/fd/3")).contains("/proc/self/absent/1/fd/3");
    }

    @Test
    void theLinkToTheProgramHasManyNames() {
        assertThat(names.isProgram("/proc/self/exe")).isTrue();
        assertThat(names.isProgram("/proc/thread-self/./exe")).isTrue();
        assertThat(names.isProgram("/bin/program")).isFalse();
        assertThat(names.isProgram("/proc/self/fd/3")).isFalse();
    }
}
