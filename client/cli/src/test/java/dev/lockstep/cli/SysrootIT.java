package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Dynamically linked programs in lockstep do what they do under qemu-riscv64 -L. */
@Tag("third-party")
final class SysrootIT {
    private static final Path CASES = Path.of("src/test/debian").toAbsolutePath();

    @TempDir private Path home;

    @ParameterizedTest
    @MethodSource("cases")
    void debiansProgramsDoWhatTheyDoUnderQemu(GuestCommand command) throws Exception {
        DebianGuest.assumeInstalled(command.words().getFirst());
        guest().agreesWithQemu("block", command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo a b", "cat /lib/os-release"})
    void strictGrainIsNoDifferent(String command) throws Exception {
        DebianGuest.assumeInstalled("cat");
        guest().agreesWithQemu("strict", GuestCommand.parse(command));
    }

    @Test
    @Tag("endurance")
    void aDatabaseOfAHundredThousandRowsAnswersAsUnderQemu() throws Exception {
        DebianGuest.assumeInstalled("sqlite3");
        String command = "sqlite3 -init /dev/null -batch tables.db < tables.sql";
        guest().agreesWithQemu("block", GuestCommand.parse(command));
    }

    static Stream<GuestCommand> cases() throws IOException {
        return GuestCommand.readAll(CASES.resolve("cases.txt"));
    }

    private DebianGuest guest() throws IOException {
        DebianGuest guest = DebianGuest.dynamic(home);
        for (String script : List.of("language.lua", "tables.sql")) {
            guest.withFile(script, Files.readAllBytes(CASES.resolve(script)));
        }
        return guest;
    }

    /** The C library of the cross compiler, and files that are nowhere else. */
    private Path sysrootOfTheCompiler() throws IOException {
        Path sysroot = Files.createDirectory(home.resolve("root"));
        Files.createSymbolicLink(sysroot.resolve("lib"), Path.of("/usr/riscv64-linux-gnu/lib"));
        Path folder = Files.createDirectory(sysroot.resolve("in-the-sysroot"));
        Files.writeString(folder.resolve("file"), "text of the file");
        Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
        return sysroot;
    }

    @ParameterizedTest
    @ValueSource(strings = {"-pie", "-no-pie"})
    void theCallsThatLookPathsUpThereAreThoseOfQemu(String linking) throws Exception {
        String sysroot = sysrootOfTheCompiler().toString();
        Qemu qemu = new Qemu(home);
        Path program = qemu.compile("sysroot", linking);
        Process process = qemu.start(List.of("-L", sysroot), program, "one");
        String expected =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        String end = "exited " + process.waitFor();

        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                new Lockstep(home)
                        .withAllCompilers()
                        .run(
                                "run",
                                "--sysroot",
                                sysroot,
                                "--report",
                                "json:" + report,
                                program.toString(),
                                "one")
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo(expected).contains("text of the file");
        assertThat(JsonReport.read(report).ends()).containsExactly(end, end);
    }
}
