package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Files that are no snapshots, options that contradict one, and disks that are full. */
final class SnapshotMistakesIT {
    @TempDir private Path home;
    private Lockstep lockstep;
    private Path file;

    @BeforeEach
    void oneIsTakenAndExported() throws Exception {
        lockstep = new Lockstep(home);
        file = home.resolve("hello.snapshot");
        lockstep.run("run", "--snapshot-at", "1000", "bin/hello").hasExitCode(0);
        lockstep.run("snapshot", "export", "1", file.toString()).hasExitCode(0);
    }

    @Test
    void whatIsNoSnapshotIsNotImported() throws Exception {
        Path empty = Files.createFile(home.resolve("empty"));
        refusesImport(empty, empty + ": the file of the snapshot cannot be imported: it is cut");
        byte[] whole = Files.readAllBytes(file);
        Path cut = Files.write(home.resolve("cut"), Arrays.copyOf(whole, whole.length / 2));
        refusesImport(cut, "it is cut at byte " + whole.length / 2);
        refusesImport(Lockstep.PROGRAMS.resolve("bin/hello"), "(expected: an exported snapshot)");
        refusesImport(huge(whole), "it goes on after byte " + whole.length);
        refusesImport(home, home + ": Is a directory (expected: a file that 'lockstep snapshot");
        refusesImport(home.resolve("none"), "none: no such file or directory (expected: a file");

        assertOneIsWhole();
    }

    /** Returns a file of a terabyte, most of which is a hole. */
    private Path huge(byte[] beginning) throws IOException {
        Path huge = Files.write(home.resolve("huge"), beginning);
        try (RandomAccessFile bytes = new RandomAccessFile(huge.toFile(), "rw")) {
            bytes.setLength(1L << 40);
        }
        return huge;
    }

    private void refusesImport(Path what, String why) throws Exception {
        refuses(why, "snapshot", "import", what.toString());
    }

    private void refuses(String why, String... words) throws Exception {
        Lockstep.Ended refused = lockstep.run(words).hasExitCode(ExitCodes.USAGE);
        assertThat(refused.err()).startsWith("error: ").contains(why).doesNotContain("\tat ");
        assertThat(refused.out()).isEmpty();
    }

    private void assertOneIsWhole() throws Exception {
        assertThat(lockstep.run("snapshot", "list").hasExitCode(0).out().lines()).hasSize(2);
        assertThat(lockstep.run("snapshot", "verify").hasExitCode(0).out())
                .endsWith(" checked, 0 damaged\n");
    }

    @Test
    void whatContradictsASnapshotIsSaid() throws Exception {
        refuses(
                "program: snapshot 1 was taken of \"bin/hello\"",
                "run",
                "--from",
                "1",
                "bin/space");
        refuses("arguments: snapshot 1 was taken of", "run", "--from", "1", "bin/hello", "more");
        refuses("--sysroot: beside --from 1", "run", "--from", "1", "--sysroot", "/");
        refuses("step 100 lies behind", "run", "--from", "1", "--snapshot-at", "100");
        refuses(
                "/no/dir/file: cannot be written (no such file or directory)",
                "snapshot",
                "export",
                "1",
                "/no/dir/file");

        assertOneIsWhole();
    }

    @Test
    void aFullDiskRefusesASnapshotAndTheRunGoesOn() throws Exception {
        assumeThat(lockstep.runWithMounts("mount -t tmpfs none /mnt").exitCode())
                .as("exit code of a mount in a namespace of its own")
                .isZero();
        Lockstep.Ended ended =
                lockstep.runWithMounts(
                        """
                        mount -t tmpfs -o size=90m none "$XDG_STATE_HOME"
                        "$0" snapshot import %1$s
                        head -c 26M /dev/zero > "$XDG_STATE_HOME/filler"
                        "$0" run --snapshot-at 1000 bin/hello; echo "run: $?"
                        "$0" snapshot import %1$s; echo "import: $?"
                        "$0" snapshot verify; echo "verify: $?"
                        rm "$XDG_STATE_HOME/filler"
                        "$0" snapshot import %1$s
                        "$0" snapshot list --format json
                        """
                                .formatted(file));
        assertThat(ended.out())
                .startsWith("1\nHello from a static program.\nrun: 0\nimport: 2\n")
                .contains("0 damaged\nverify: 0\n2\n");
        assertThat(ended.err())
                .contains("lockstep: cannot use the store of snapshots ", "MATCH  bin/hello")
                .contains("error: cannot use the store of snapshots ", "its disk is full but for");
        assertThat(ended.out().split("\"id\":", -1)).hasSize(3);
    }
}
