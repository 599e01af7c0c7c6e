package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateWriter;
import dev.lockstep.riscv.World;
import dev.lockstep.riscv.host.FileContent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** What the host has of a process, taken down and found again. */
final class WorldTest {
    private static final int AT_FDCWD = -100;
    private static final int RDONLY = 0;
    private static final int WRONLY = 1;
    private static final int RDWR = 2;
    private static final int APPEND = 02000;
    private static final int CLOEXEC = 02000000;

    private static final int DUP = 23;
    private static final int DUP3 = 24;
    private static final int FCNTL = 25;
    private static final int FLOCK = 32;
    private static final int UNLINKAT = 35;
    private static final int CHDIR = 49;
    private static final int OPENAT = 56;
    private static final int CLOSE = 57;
    private static final int PIPE = 59;
    private static final int LSEEK = 62;
    private static final int READ = 63;
    private static final int WRITE = 64;
    private static final int SETITIMER = 103;
    private static final int GETITIMER = 102;
    private static final int UMASK = 166;
    private static final int MMAP = 222;
    private static final int MSYNC = 227;

    private static final int GETFD = 1;
    private static final int GETFL = 3;
    private static final int SETLK = 6;
    private static final int LOCK_BYTES = 32;

    @TempDir private Path directory;
    private Path path;
    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789").toRealPath();
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private long open(long flags) {
        return guest.call(OPENAT, AT_FDCWD, guest.string(path.toString()), flags, 0);
    }

    private static String read(LinuxGuest of, long descriptor, long size) {
        long count = of.call(READ, descriptor, of.buffer, size);
        byte[] bytes = new byte[(int) Math.max(0, count)];
        of.memory.read(of.buffer, bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private LinuxGuest resumed() throws InterruptedException {
        GuestState state = guest.stateAndWorld();
        LinuxGuest resumed = guest.resumed(state, InputSource.HOST);
        assertThat(resumed.stateAndWorld()).isEqualTo(state);
        return resumed;
    }

    private static int openFiles() {
        return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
    }

    @Test
    void aGuestThatHasAskedNothingStaysSo() throws InterruptedException {
        try (LinuxGuest resumed = resumed()) {
            assertThat(resumed.machine.hasAskedHost()).isFalse();
            assertThat(resumed.notes).isEmpty();
        }
    }

    @Test
    void descriptorsShareTheirPositionAsTheyDid() throws InterruptedException {
        long first = open(RDONLY);
        long copy = guest.call(DUP, first);
        guest.call(DUP3, first, 40, CLOEXEC);
        long other = open(RDONLY);
        guest.call(LSEEK, copy, 3, 0);
        guest.call(LSEEK, other, 7, 0);
        try (LinuxGuest resumed = resumed()) {
            assertThat(read(resumed, 40, 2)).isEqualTo("34");
            assertThat(read(resumed, first, 2)).isEqualTo("56");
            assertThat(read(resumed, copy, 2)).isEqualTo("78");
            assertThat(read(resumed, other, 2)).isEqualTo("78");
            assertThat(resumed.call(FCNTL, 40, GETFD)).isEqualTo(1);
            assertThat(resumed.call(FCNTL, copy, GETFD)).isZero();
            assertThat(read(guest, first, 2)).as("of the first guest").isEqualTo("34");
        }
    }

    @Test
    void flagsOfOpeningStay() throws InterruptedException, IOException {
        long file = open(RDWR | APPEND);
        guest.call(WRITE, file, guest.string("ab"), 2);
        try (LinuxGuest resumed = resumed()) {
            assertThat(resumed.call(FCNTL, file, GETFL)).isEqualTo(RDWR | APPEND);
            resumed.call(LSEEK, file, 0, 0);
            resumed.call(WRITE, file, resumed.string("cd"), 2);
            assertThat(path).hasContent("0123456789abcd");
        }
    }

    @Test
    void standardStreamsAreThoseOfTheNewProcess() throws InterruptedException {
        guest.call(DUP3, 2, 17, 0);
        guest.call(CLOSE, 0);
        guest.call(CLOSE, 2);
        try (LinuxGuest resumed = resumed()) {
            assertThat(resumed.call(FCNTL, 0, GETFD)).isEqualTo(Errno.EBADF);
            assertThat(resumed.call(FCNTL, 2, GETFD)).isEqualTo(Errno.EBADF);
            assertThat(resumed.call(FCNTL, 17, GETFD)).isZero();
            assertThat(resumed.call(FCNTL, 1, GETFD)).isZero();
        }
    }

    @Test
    void standardInputThatWasAFileIsFoundAtItsPath() throws Exception {
        guest.call(FCNTL, 0, GETFD);
        GuestState state = guest.stateAndWorld();
        LinuxWorld.Open input =
                new LinuxWorld.Open(
                        LinuxWorld.Kind.STDIN,
                        path.toString(),
                        RDONLY,
                        4,
                        content(),
                        List.of(new LinuxWorld.Descriptor(0, false)));
        LinuxWorld world =
                new LinuxWorld("/", null, new LinuxWorld.Files(022, List.of(input), List.of()));
        GuestState ofFile = state.toBuilder().setWorld(written(world)).build();
        try (LinuxGuest resumed = guest.resumed(ofFile, InputSource.HOST)) {
            assertThat(read(resumed, 0, 3)).isEqualTo("456");
            resumed.call(LSEEK, 0, 4, 0);
            assertThat(resumed.stateAndWorld().getWorld()).isEqualTo(ofFile.getWorld());
        }
    }

    private FileContent content() throws IOException, NoSuchAlgorithmException {
        byte[] bytes = Files.readAllBytes(path);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        return new FileContent(bytes.length, HexFormat.of().formatHex(hash));
    }

    private static StateGroup written(LinuxWorld world) {
        return StateWriter.write(world::exchange);
    }

    @Test
    void directoriesAndDevicesAreOpenedAgain() throws InterruptedException {
        guest.call(CHDIR, guest.string(directory.toString()));
        long here = guest.call(OPENAT, AT_FDCWD, guest.string("."), 0200000, 0);
        long nothing = guest.call(OPENAT, AT_FDCWD, guest.string("/dev/null"), RDWR, 0);
        long place = guest.call(OPENAT, AT_FDCWD, guest.string("file"), 010000000, 0);
        try (LinuxGuest resumed = resumed()) {
            for (long base : List.of(here, (long) AT_FDCWD)) {
                long file = resumed.call(OPENAT, base, resumed.string("file"), RDONLY, 0);
                assertThat(read(resumed, file, 3)).isEqualTo("012");
            }
            assertThat(resumed.call(WRITE, nothing, resumed.buffer, 5)).isEqualTo(5);
            assertThat(resumed.call(READ, place, resumed.buffer, 5)).isEqualTo(Errno.EBADF);
        }
    }

    @Test
    void theUmaskIsTheGuests() throws InterruptedException {
        long before = guest.call(UMASK, 027);
        try {
            GuestState state = guest.stateAndWorld();
            guest.call(UMASK, 0);
            try (LinuxGuest resumed = guest.resumed(state, InputSource.HOST)) {
                assertThat(resumed.call(UMASK, before)).isEqualTo(027);
            }
        } finally {
            guest.call(UMASK, before);
        }
    }

    @Test
    void mappedPagesReachTheirFile() throws InterruptedException {
        long file = open(RDWR);
        long address = guest.call(MMAP, 0, 0x1000, 3, 1, file, 0);
        guest.call(CLOSE, file);
        guest.memory.storeByte(address, (byte) 'a');
        try (LinuxGuest resumed = resumed()) {
            resumed.memory.storeByte(address + 1, (byte) 'b');
            assertThat(resumed.call(MSYNC, address, 0x1000, 4)).isZero();
            assertThat(path).hasContent("ab23456789");
        }
    }

    @Test
    void aTimerGoesOnWithTheTimeItHadLeft() throws InterruptedException {
        guest.memory.storeLong(guest.buffer, 7);
        guest.memory.storeLong(guest.buffer + 8, 5);
        guest.memory.storeLong(guest.buffer + 16, 100_000);
        guest.call(SETITIMER, 0, guest.buffer, 0);
        GuestState state = guest.stateAndWorld();
        try (LinuxGuest resumed = guest.resumed(state, InputSource.HOST)) {
            assertThat(resumed.call(GETITIMER, 0, resumed.buffer)).isZero();
            assertThat(resumed.memory.loadLong(resumed.buffer)).isEqualTo(7);
            assertThat(resumed.memory.loadLong(resumed.buffer + 8)).isEqualTo(5);
            assertThat(resumed.memory.loadLong(resumed.buffer + 16)).isBetween(99_000L, 100_000L);
        }
        GuestState without =
                state.toBuilder().setWorld(written(new LinuxWorld("/", null, null))).build();
        assertThatThrownBy(() -> guest.resumed(without, InputSource.HOST).close())
                .isInstanceOf(StateException.class)
                .hasMessage("world.timer: missing (expected: as linux.timer.running says)");
    }

    @Test
    void aProcessKeepsItsIdInAnother() throws InterruptedException {
        long id = guest.call(172) + 1;
        GuestState.Builder state = guest.stateAndWorld().toBuilder();
        StateGroup.Builder linux =
                state.getMachineBuilder()
                        .getFieldsBuilder(state.getMachine().getFieldsCount() - 1)
                        .getGroupBuilder();
        linux.getFieldsBuilderList().stream()
                .filter(field -> field.getName().equals("process_id"))
                .forEach(field -> field.setNumber(id));
        try (LinuxGuest resumed = guest.resumed(state.build(), InputSource.HOST)) {
            assertThat(resumed.call(172)).isEqualTo(id);
            assertThat(resumed.call(178)).isEqualTo(id);
            assertThat(resumed.call(156, id)).isEqualTo(guest.call(156, 0));
            assertThat(resumed.call(78, AT_FDCWD, exe(resumed, id), resumed.buffer, 4096))
                    .isPositive();
        }
    }

    private static long exe(LinuxGuest of, long id) {
        return of.string("/proc/" + id + "/exe");
    }

    @ParameterizedTest
    @CsvSource({
        "pipe, pipe:",
        "event, [eventfd]",
        "epoll, [eventpoll]",
        "timer, [timerfd]",
        "memory, /memfd:name",
        "unlinked, /file",
        "locked, /file",
    })
    void whatEndsWithItsProcessIsRefusedUntilItIsClosed(String what, String name)
            throws InterruptedException {
        long descriptor =
                switch (what) {
                    case "pipe" -> {
                        guest.call(PIPE, guest.buffer, 0);
                        guest.call(CLOSE, guest.memory.loadInt(guest.buffer));
                        yield guest.memory.loadInt(guest.buffer + 4);
                    }
                    case "event" -> guest.call(19, 0, 0);
                    case "epoll" -> guest.call(20, 0);
                    case "timer" -> guest.call(85, 1, 0);
                    case "memory" -> guest.call(279, guest.string("name"), 0);
                    case "locked" -> {
                        long file = open(RDWR);
                        assertThat(guest.call(FLOCK, file, 2)).isZero();
                        yield file;
                    }
                    default -> {
                        long file = open(RDWR);
                        guest.call(UNLINKAT, AT_FDCWD, guest.string(path.toString()), 0);
                        yield file;
                    }
                };
        assertThatThrownBy(guest.machine::world)
                .isInstanceOf(StateException.class)
                .hasMessageStartingWith("descriptor " + descriptor + ",")
                .hasMessageContaining(name)
                .hasMessageContaining("cannot be kept")
                .hasMessageContaining("(expected: ")
                .hasMessageContaining("; take the state when");
        guest.call(CLOSE, descriptor);
        resumed().close();
    }

    @Test
    void aFileThatTheGuestCanChangeIsReadAtOnceWhichIsAnnounced()
            throws InterruptedException, IOException {
        open(RDONLY);
        resumed().close();
        assertThat(guest.announced).doesNotContain(FileContents.PREAD64);

        Files.writeString(path, "9876543210"); // Else it would be known.
        open(RDWR);
        resumed().close();
        assertThat(guest.announced).contains(FileContents.PREAD64);
    }

    @Test
    void aLargeFileThatTheGuestCanChangeIsRefused() throws IOException, InterruptedException {
        long size = WorldTaking.MAX_CHANGEABLE_BYTES + 1;
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(size);
        }
        long descriptor = open(RDWR);
        assertThatThrownBy(guest.machine::world)
                .isInstanceOf(StateException.class)
                .hasMessage(
                        "descriptor %d, %s, cannot be kept: the guest can change it, and it has %d"
                                + " bytes (expected: at most %d); take the state when the guest has"
                                + " closed it",
                        descriptor, path, size, size - 1);
        guest.call(CLOSE, descriptor);
        resumed().close();
    }

    @Test
    void aFileThatIsNotAsItWasIsNamedAndNothingStaysOpen()
            throws InterruptedException, IOException {
        open(RDONLY);
        guest.call(OPENAT, AT_FDCWD, guest.string("/dev/null"), RDWR, 0);
        GuestState state = guest.stateAndWorld();
        int before = openFiles();

        Files.writeString(path, "012345678X");
        assertRefused(state, "has changed: 10 bytes with SHA-256");
        Files.writeString(path, "0");
        assertRefused(
                state,
                "has changed: 1 bytes (expected: 10 bytes with SHA-256 84d89877f0d4041e...);");
        Files.delete(path);
        assertRefused(state, "is not there (expected: a file, as it was)");
        Files.createDirectory(path);
        assertRefused(state, "is not there (expected: a file, as it was)");
        assertThat(openFiles()).isEqualTo(before);
    }

    private void assertRefused(GuestState state, String message) {
        assertThatThrownBy(() -> guest.resumed(state, InputSource.HOST).close())
                .isInstanceOf(StateException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(message)
                .hasMessageContaining("begin from another state");
    }

    @Test
    void whatTheGuestWritesAfterwardsIsNoPartOfIt() throws InterruptedException, IOException {
        long file = open(WRONLY);
        try (World world = guest.machine.world()) {
            GuestState.Builder state = guest.state().toBuilder();
            guest.call(WRITE, file, guest.string("later"), 5);
            state.setWorld(world.state());
            assertRefused(state.build(), "has changed");
            Files.writeString(path, "0123456789");
            guest.resumed(state.build(), InputSource.HOST).close();
        }
    }

    @Test
    void aFileThatOthersChangeMeanwhileIsRefused() throws IOException {
        open(RDONLY);
        try (World world = guest.machine.world()) {
            Files.writeString(path, "short");
            assertThatThrownBy(world::state)
                    .isInstanceOf(StateException.class)
                    .hasMessageContaining(path.toString())
                    .hasMessageContaining("has changed since");
        }
    }

    @Test
    void readingContentsLeavesLocksAlone() throws InterruptedException, IOException {
        long file = open(RDONLY);
        try (World world = guest.machine.world()) {
            for (int i = 0; i < LOCK_BYTES; i += Long.BYTES) {
                guest.memory.storeLong(guest.buffer + i, 0); // To read, all of the file.
            }
            assertThat(guest.call(FCNTL, file, SETLK, guest.buffer)).isZero();
            world.state();
        }
        assertThat(Files.readString(Path.of("/proc/locks")))
                .contains(":" + Files.getAttribute(path, "unix:ino") + " ");
        assertThatThrownBy(guest.machine::world)
                .isInstanceOf(StateException.class)
                .hasMessageContaining("the guest has a lock on it");
    }

    @Test
    void contentsAreReadOnceAsLongAsNothingChanges() throws Exception {
        open(RDONLY);
        Thread.sleep(1100); // Until a change could be told by the file's times.
        StateGroup first;
        try (World world = guest.machine.world()) {
            first = world.state();
        }
        int before = openFiles();
        try (World world = guest.machine.world()) {
            assertThat(openFiles())
                    .as("what was read is closed, and nothing opened")
                    .isEqualTo(before - 1);
            assertThat(world.state()).isEqualTo(first);
        }
    }

    @Test
    void whoAsksTheWorldNeedsToKnowWhatWasThere() {
        assertThatThrownBy(() -> guest.resumed(guest.state(), InputSource.HOST).close())
                .isInstanceOf(StateException.class)
                .hasMessageStartingWith("world: missing");
    }

    @Test
    void aWorldThatContradictsTheMachineIsRefused() throws InterruptedException {
        long file = open(RDWR);
        guest.call(MMAP, 0, 0x1000, 3, 1, file, 0);
        GuestState state = guest.stateAndWorld();
        GuestState.Builder without = state.toBuilder();
        without.setWorld(written(new LinuxWorld("/", null, null)));
        assertThatThrownBy(() -> guest.resumed(without.build(), InputSource.HOST).close())
                .isInstanceOf(StateException.class)
                .hasMessage(
                        "world.files.mapped: mappings [] (expected: [1], those that pages reach)");
        GuestState.Builder unknown = state.toBuilder();
        unknown.getWorldBuilder().addFields(StateField.newBuilder().setName("more").setNumber(1));
        assertThatThrownBy(() -> guest.resumed(unknown.build(), InputSource.HOST).close())
                .isInstanceOf(StateException.class)
                .hasMessage("world.more: unknown (expected: no such field)");
    }
}
