package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

final class SharedPagesTest {
    private static final long AT_FDCWD = -100;
    private static final int OPENAT = 56;
    private static final int CLOSE = 57;
    private static final int EXIT_GROUP = 94;
    private static final int MUNMAP = 215;
    private static final int MREMAP = 216;
    private static final int MMAP = 222;
    private static final int MSYNC = 227;
    private static final int MS_SYNC = 4;

    @TempDir private Path directory;
    private Path path;
    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);
    private long mapping;

    @BeforeEach
    void map() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789");
        mapping = map(guest);
    }

    private long map(LinuxGuest owner) {
        long file = owner.call(OPENAT, AT_FDCWD, owner.string(path.toString()), 2, 0);
        long address = owner.call(MMAP, 0, 0x1000, 3, 1, file, 0);
        assertThat(owner.call(CLOSE, file)).isZero();
        return address;
    }

    @AfterEach
    void close() {
        guest.close();
    }

    @Test
    void reachTheFileWhenSynchronized() {
        guest.memory.storeByte(mapping, (byte) 'S');
        assertThat(path).hasContent("0123456789");
        assertThat(guest.call(MSYNC, mapping, 0x1000, MS_SYNC)).isZero();
        assertThat(path).hasContent("S123456789");
    }

    @Test
    void reachTheFileWhenUnmapped() {
        guest.memory.storeByte(mapping + 9, (byte) 'U');
        assertThat(guest.call(MUNMAP, mapping, 0x1000)).isZero();
        assertThat(path).hasContent("012345678U");
    }

    @Test
    void reachTheFileFromWhereTheyWereMoved() {
        long moved = guest.call(MREMAP, mapping, 0x1000, 0x1000, 1, 0);
        assertThat(moved).isNotEqualTo(mapping);
        guest.memory.storeByte(moved, (byte) 'M');
        guest.call(MUNMAP, moved, 0x1000);
        assertThat(path).hasContent("M123456789");
    }

    @Test
    void reachTheFileWhenTheGuestExits() {
        guest.memory.storeByte(mapping, (byte) 'E');
        assertThat(guest.tryCall(EXIT_GROUP, 0)).isPresent();
        assertThat(path).hasContent("E123456789");
    }

    @Test
    void areTheInputOfTheInstructionThatEndsTheGuest() {
        List<InputCall> inputs = new ArrayList<>();
        InputSource noting =
                (call, perform) -> {
                    inputs.add(call);
                    return perform.get();
                };
        try (LinuxGuest other = new LinuxGuest(new Hart(), noting)) {
            other.memory.storeByte(map(other), (byte) 'E');
            long pc = other.hart.pc;
            assertThat(other.tryCall(EXIT_GROUP, 0)).isPresent();
            assertThat(inputs.getLast().number()).isEqualTo(MSYNC);
            assertThat(inputs.getLast().pc()).isEqualTo(pc);
        }
    }

    @Test
    void reachTheFileWhenASignalEndsTheGuest() {
        guest.memory.storeByte(mapping, (byte) 'T');
        guest.hart.trapCause = TrapCause.ILLEGAL_INSTRUCTION;
        assertThat(guest.machine.trap()).isPresent();
        assertThat(path).hasContent("T123456789");
    }

    @Test
    void leaveAloneWhatTheGuestHasNotChanged() throws IOException {
        Files.writeString(path, "another");
        assertThat(guest.call(MUNMAP, mapping, 0x1000)).isZero();
        assertThat(path).hasContent("another");
    }

    @Test
    void areWrittenByTheReferenceAlone() throws IOException {
        ArrayDeque<InputAnswer> answers = new ArrayDeque<>();
        InputSource recording =
                (call, perform) -> {
                    answers.add(perform.get());
                    return answers.getLast();
                };
        try (LinuxGuest reference = new LinuxGuest(new Hart(), recording);
                LinuxGuest subject =
                        new LinuxGuest(
                                new Hart(),
                                (call, perform) ->
                                        call.number() < 0 ? perform.get() : answers.remove())) {
            answers.clear();
            long ofReference = map(reference);
            long ofSubject = map(subject);
            reference.memory.storeByte(ofReference, (byte) 'R');
            subject.memory.storeByte(ofSubject, (byte) 'R');
            assertThat(reference.call(MUNMAP, ofReference, 0x1000)).isZero();
            Files.delete(path);
            assertThat(subject.call(MUNMAP, ofSubject, 0x1000)).isZero();
            assertThat(path).doesNotExist();
            assertThat(answers).isEmpty();
        }
    }
}
