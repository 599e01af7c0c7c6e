package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.proto.v1.Event;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

final class EventFileTest {
    private static final Path FULL_DISK = Path.of("/dev/full");

    @TempDir private Path folder;

    private static Event event(String payload) {
        return Event.newBuilder()
                .setTid(1)
                .setKind("syscall.call")
                .setPayload(payload)
                .setHostNs(System.nanoTime())
                .build();
    }

    @Test
    void allIsInTheFileWhenTheGuestMayWait() throws IOException {
        Path path = folder.resolve("events.jsonl");
        try (EventFile file = new EventFile(path, "interp")) {
            file.add(event("{\"name\":\"read\"}"));
            file.entered(63);
            assertThat(path)
                    .content()
                    .contains("schema_version")
                    .endsWith("{\"name\":\"read\"}}\n");
        }
    }

    @Test
    void whatComesWhenTheProcessEndsIsNotTold() {
        Path path = folder.resolve("events.jsonl");
        EventFile file = new EventFile(path, "interp");
        file.close();
        file.add(event("{}"));
        file.entered(63);
        file.close();
        assertThat(path).content().hasLineCount(1);
    }

    @Test
    void aFileThatCannotBeOpenedIsNamedWithTheOption() {
        assertThatThrownBy(() -> new EventFile(folder.resolve("no/x"), "interp"))
                .isInstanceOf(EventFile.Failure.class)
                .hasMessageContaining("--events " + folder.resolve("no/x"))
                .hasMessageContaining(": cannot be written (no such directory); name a file where");
    }

    static boolean hasFullDisk() {
        return Files.isWritable(FULL_DISK);
    }

    @Test
    @EnabledIf("hasFullDisk")
    void aFullDiskIsToldInTheSameWordsWheneverItIsNoticed() {
        String message = "--events /dev/full: cannot be written (No space left on device); name";
        EventFile closed = new EventFile(FULL_DISK, "interp");
        assertThatThrownBy(closed::close)
                .isInstanceOf(EventFile.Failure.class)
                .hasMessageStartingWith(message);
        EventFile added = new EventFile(FULL_DISK, "interp");
        assertThatThrownBy(() -> added.add(event("\"" + "x".repeat(20_000) + "\"")))
                .isInstanceOf(EventFile.Failure.class)
                .hasMessageStartingWith(message);
        EventFile entered = new EventFile(FULL_DISK, "interp");
        assertThatThrownBy(() -> entered.entered(63))
                .isInstanceOf(EventFile.Failure.class)
                .hasMessageStartingWith(message);
    }
}
