package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Places a run cannot live in or write to: known before any engine starts. */
final class PlaceIT {
    @TempDir private Path home;

    @Test
    void aSocketPathThatIsTooLongIsRefused() throws Exception {
        Path deep = Files.createDirectories(home.resolve("x".repeat(100)));
        Lockstep lockstep = new Lockstep(deep);
        assertThat(lockstep.run("run", "bin/hello").hasExitCode(2).err())
                .startsWith("error: ")
                .contains("expected: at most 107");
        assertThat(lockstep.leftovers()).isEmpty();
    }

    @Test
    void aStateDirectoryThatIsAFileIsRefused() throws Exception {
        Path file = Files.createFile(home.resolve("state"));
        Lockstep lockstep = new Lockstep(home);
        assertThat(lockstep.run("run", "bin/hello").hasExitCode(2).err())
                .startsWith("error: ")
                .contains(file.toString());
        assertThat(lockstep.leftovers()).isEmpty();
    }

    @Test
    void aReportThatCannotBeWrittenIsRefused() throws Exception {
        String target = "json:" + home.resolve("missing/report.json");
        Lockstep lockstep = new Lockstep(home);
        assertThat(lockstep.run("run", "--report", target, "bin/hello").hasExitCode(2).err())
                .startsWith("error: --report " + target + ": cannot be written");
        assertThat(home.resolve("lockstep")).doesNotExist();
    }

    @Test
    void whatCannotBePrintedIsAnError() throws Exception {
        String command = "'" + Lockstep.LAUNCHER + "' runs list >/dev/full";
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        builder.environment().put("XDG_STATE_HOME", home.toString());
        Process list = builder.start();
        String said = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(list.waitFor()).isEqualTo(2);
        assertThat(said).startsWith("error: cannot write to standard output");
    }
}
