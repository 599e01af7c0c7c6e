package dev.lockstep.server.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Owners that come while others sweep. */
@Timeout(60)
class OwnerLockIT {
    private static final int LOCKS = 300;
    private static final int SWEEPERS = 3;

    @TempDir Path directory;

    /** Takes whatever lock it finds free, for ever. */
    static final class EagerSweeper {
        public static void main(String[] arguments) {
            Path state = Path.of(arguments[0]);
            System.out.println("ready");
            while (true) {
                OwnerLock.ofOtherProcesses(state)
                        .forEach(name -> OwnerLock.removeDead(state, name));
            }
        }
    }

    @Test
    void nobodyTakesTheLockOfALivingOwner() throws Exception {
        Files.createDirectory(directory.resolve("locks"));
        List<Process> sweepers = new ArrayList<>();
        List<OwnerLock> locks = new ArrayList<>();
        try {
            for (int i = 0; i < SWEEPERS; i++) {
                sweepers.add(startSweeper());
            }
            for (int i = 0; i < LOCKS; i++) {
                locks.add(OwnerLock.create(directory));
            }
            assertThat(locks).allSatisfy(lock -> assertThat(file(lock)).exists());
        } finally {
            for (Process sweeper : sweepers) {
                sweeper.destroyForcibly().waitFor();
            }
            locks.forEach(OwnerLock::close);
        }
    }

    @Test
    void aLockLeftBehindIsRemovedAndOneThatIsGoneIsNotMade() throws IOException {
        Path locks = Files.createDirectory(directory.resolve("locks"));
        Files.createFile(locks.resolve("1-left"));
        OwnerLock.removeDead(directory, "1-left");
        OwnerLock.removeDead(directory, "1-gone");
        assertThat(locks).isEmptyDirectory();
    }

    private Path file(OwnerLock lock) {
        return directory.resolve("locks").resolve(lock.name());
    }

    private Process startSweeper() throws IOException {
        Process sweeper =
                new ProcessBuilder(
                                ProcessHandle.current().info().command().orElseThrow(),
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty("java.class.path"),
                                EagerSweeper.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        assertThat(sweeper.inputReader().readLine()).isEqualTo("ready");
        return sweeper;
    }
}
