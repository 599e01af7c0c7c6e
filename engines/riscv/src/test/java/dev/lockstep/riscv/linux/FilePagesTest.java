package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.TrapCause;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

final class FilePagesTest {
    private static final long AT_FDCWD = -100;
    private static final int FCNTL = 25;
    private static final int FTRUNCATE = 46;
    private static final int OPENAT = 56;
    private static final int CLOSE = 57;
    private static final int EXIT_GROUP = 94;
    private static final int MUNMAP = 215;
    private static final int MREMAP = 216;
    private static final int MMAP = 222;
    private static final int MPROTECT = 226;
    private static final int MSYNC = 227;
    private static final int MADVISE = 233;
    private static final int O_RDWR = 2;
    private static final int O_APPEND = 02000;
    private static final int MAP_SHARED = 1;
    private static final int MAP_PRIVATE = 2;
    private static final int MAP_FIXED = 0x10;
    private static final int MS_ASYNC = 1;
    private static final int MS_SYNC = 4;
    private static final int DONTNEED = 4;
    private static final int F_SETLK = 6;
    private static final int F_OFD_GETLK = 36;
    private static final int NOFILE = 7;
    private static final short WRITE_LOCK = 1;
    private static final short UNLOCKED = 2;

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
        long file = open(owner, O_RDWR);
        long address = owner.call(MMAP, 0, 0x1000, 3, MAP_SHARED, file, 0);
        assertThat(owner.call(CLOSE, file)).isZero();
        return address;
    }

    private long open(LinuxGuest owner, long flags) {
        return owner.call(OPENAT, AT_FDCWD, owner.string(path.toString()), flags, 0);
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

    @Test
    void keepTheirContentWhenItIsNotNeeded() {
        guest.memory.storeByte(mapping, (byte) 'K');
        assertThat(guest.call(MADVISE, mapping, 0x1000, DONTNEED)).isZero();
        assertThat(guest.memory.loadByte(mapping)).isEqualTo((byte) 'K');
        assertThat(guest.call(MUNMAP, mapping, 0x1000)).isZero();
        assertThat(path).hasContent("K123456789");

        long own = guest.call(MMAP, mapping, 0x1000, 3, MAP_PRIVATE, open(guest, O_RDWR), 0);
        assertThat(guest.call(MADVISE, own, 0x1000, DONTNEED)).isZero();
        assertThat(guest.memory.loadByte(own)).isEqualTo((byte) 'K');
    }

    @Test
    void areOfNoFileOnceTheyAreMappedAnew() {
        guest.call(MMAP, mapping, 0x1000, 3, MAP_FIXED | MAP_PRIVATE | 0x20, -1, 0);
        guest.memory.storeByte(mapping, (byte) 'A');
        assertThat(guest.call(MADVISE, mapping, 0x1000, DONTNEED)).isZero();
        assertThat(guest.memory.loadByte(mapping)).isZero();
        assertThat(path).hasContent("0123456789");
    }

    @Test
    void reachAFileThatHasGrownSince() throws IOException {
        long file = open(guest, O_RDWR);
        long large = guest.call(MMAP, 0, 0x3000, 3, MAP_SHARED, file, 0);
        assertThat(guest.call(FTRUNCATE, file, 0x2001)).isZero();
        guest.memory.storeByte(large + 0x1000, (byte) 'G');
        guest.memory.storeShort(large + 0x2000, (short) 0x4747);
        guest.call(MUNMAP, large, 0x3000);
        assertThat(Files.size(path)).isEqualTo(0x2001);
        assertThat(Files.readAllBytes(path)[0x1000]).isEqualTo((byte) 'G');
        assertThat(Files.readAllBytes(path)[0x2000]).isEqualTo((byte) 'G');
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void growWithTheirMapping(int mayMove) throws IOException {
        byte[] content = new byte[0x3000];
        content[0x1000] = 'a';
        Files.write(path, content);
        try (GuestPair guests = new GuestPair()) {
            long file = guests.call(OPENAT, AT_FDCWD, guests.string(path.toString()), O_RDWR, 0);
            long small = guests.call(MMAP, 0x40000000, 0x1000, 3, MAP_SHARED, file, 0);
            long large = guests.call(MREMAP, small, 0x1000, 0x3000, mayMove, 0);
            assertThat(guests.subject.memory.loadByte(large + 0x1000)).isEqualTo((byte) 'a');
            guests.store(large + 0x2000, (byte) 'b');
            assertThat(guests.call(MUNMAP, large, 0x3000)).isZero();
        }
        assertThat(Files.readAllBytes(path)[0x2000]).isEqualTo((byte) 'b');
    }

    @Test
    void keepTheirPlaceInAFileOpenedToAppend() {
        long file = open(guest, O_RDWR | O_APPEND);
        long address = guest.call(MMAP, 0, 0x1000, 3, MAP_SHARED, file, 0);
        guest.memory.storeByte(address, (byte) 'A');
        assertThat(guest.call(MUNMAP, address, 0x1000)).isZero();
        assertThat(path).hasContent("A123456789");
    }

    @Test
    void reachTheFileThoughTheyCannotBeReadAnyMore() {
        guest.memory.storeByte(mapping, (byte) 'N');
        assertThat(guest.call(MPROTECT, mapping, 0x1000, 0)).isZero();
        assertThat(guest.call(MUNMAP, mapping, 0x1000)).isZero();
        assertThat(path).hasContent("N123456789");
    }

    @Test
    void leaveTheLocksOfTheGuestWhenTheyAreUnmapped() {
        long file = open(guest, O_RDWR);
        long other = open(guest, O_RDWR);
        long lock = guest.buffer + 256;
        guest.memory.storeShort(lock, WRITE_LOCK);
        assertThat(guest.call(FCNTL, file, F_SETLK, lock)).isZero();
        assertThat(guest.call(MUNMAP, mapping, 0x1000)).isZero();
        assertThat(lockSeenBy(other)).isEqualTo(WRITE_LOCK);
        assertThat(guest.call(CLOSE, file)).isZero();
        assertThat(lockSeenBy(other)).isEqualTo(UNLOCKED);
    }

    private short lockSeenBy(long file) {
        long lock = guest.buffer + 256;
        for (int at = 0; at < 32; at += Long.BYTES) {
            guest.memory.storeLong(lock + at, 0);
        }
        guest.memory.storeShort(lock, WRITE_LOCK);
        assertThat(guest.call(FCNTL, file, F_OFD_GETLK, lock)).isZero();
        return guest.memory.loadShort(lock);
    }

    @Test
    void remainWhereAnotherMappingIsRefused() {
        long unwritable = open(guest, 0);
        assertThat(guest.call(MMAP, mapping, 0x1000, 3, MAP_FIXED | MAP_SHARED, unwritable, 0))
                .isEqualTo(Errno.EACCES);
        guest.memory.storeByte(mapping, (byte) 'R');
        guest.call(MUNMAP, mapping, 0x1000);
        assertThat(path).hasContent("R123456789");
    }

    @Test
    void areReadFromTheFileThatTheyReplace() {
        guest.memory.storeByte(mapping, (byte) 'O');
        long file = open(guest, O_RDWR);
        guest.call(MMAP, mapping, 0x1000, 3, MAP_FIXED | MAP_SHARED, file, 0);
        assertThat(guest.memory.loadByte(mapping)).isEqualTo((byte) 'O');
        guest.memory.storeByte(mapping + 1, (byte) 'P');
        guest.call(MUNMAP, mapping, 0x1000);
        assertThat(path).hasContent("OP23456789");
    }

    @Test
    void areRefusedWhenTheHostHasNoDescriptorForThem() throws IOException {
        path = Files.writeString(directory.resolve("another"), "abc");
        long file = open(guest, O_RDWR);
        HostKernel kernel = new HostKernel();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(ValueLayout.JAVA_LONG, 2);
            kernel.call(HostCall.PRLIMIT64, 0, NOFILE, 0, limit.address());
            long before = limit.get(ValueLayout.JAVA_LONG, 0);
            limit.set(ValueLayout.JAVA_LONG, 0, 0);
            kernel.call(HostCall.PRLIMIT64, 0, NOFILE, limit.address());
            long result = guest.call(MMAP, 0, 0x1000, 3, MAP_SHARED, file, 0);
            limit.set(ValueLayout.JAVA_LONG, 0, before);
            kernel.call(HostCall.PRLIMIT64, 0, NOFILE, limit.address());
            assertThat(result).isEqualTo(Errno.ENFILE);
        }
    }

    @Test
    void areAnnouncedWhenTheyAreManyOrGoToTheDisk() throws IOException {
        long size = 2 << 20;
        long file = open(guest, O_RDWR);
        guest.call(FTRUNCATE, file, size);
        long large = guest.call(MMAP, 0, size, 3, MAP_SHARED, file, 0);
        assertThat(guest.announced).containsExactly((long) MMAP);
        for (long at = 0; at < size; at += 0x1000) {
            guest.memory.storeByte(large + at, (byte) 'L');
        }
        assertThat(guest.call(MSYNC, large, size, MS_ASYNC)).isZero();
        assertThat(guest.announced).containsExactly((long) MMAP, (long) MSYNC);
        assertThat(Files.readAllBytes(path)[(int) size - 0x1000]).isEqualTo((byte) 'L');
        assertThat(guest.call(MSYNC, large, size, MS_ASYNC)).isZero();
        assertThat(guest.announced).hasSize(2);
        assertThat(guest.call(MSYNC, large, size, MS_SYNC)).isZero();
        assertThat(guest.announced).hasSize(3);
    }
}
