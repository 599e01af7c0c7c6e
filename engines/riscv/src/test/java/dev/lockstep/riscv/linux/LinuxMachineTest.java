package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.GuestExit.Reason;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

final class LinuxMachineTest {
    private static final long AT_FDCWD = -100;
    private static final long FREE_RANGE = 0x40000000;

    private final Hart hart = new Hart();
    private final List<InputCall> inputs = new ArrayList<>();
    private final LinuxGuest guest =
            new LinuxGuest(
                    hart,
                    (call, perform) -> {
                        inputs.add(call);
                        return perform.get();
                    });

    @TempDir Path directory;

    @AfterEach
    void close() {
        guest.close();
    }

    private long open(Path path, long flags) {
        return guest.call(56, AT_FDCWD, guest.string(path.toString()), flags, 0644);
    }

    @Test
    void theFirstInputIsTheRandomBytesOfTheStack() {
        assertThat(inputs.getFirst().step()).isZero();
        assertThat(inputs.getFirst().number()).isEqualTo(-1);
        assertThat(inputs.getFirst().arguments()).isEmpty();
    }

    @Test
    void aSubjectBelongsToTheUserOfTheReference() {
        int stranger = 12_345;
        InputSource told =
                (call, perform) ->
                        call.number() == -1 ? withUserId(perform.get(), stranger) : perform.get();
        try (LinuxGuest subject = new LinuxGuest(new Hart(), told)) {
            assertThat(subject.call(134, 10, subject.string("\0\0\20"), 0, 8)).isZero();
            long stack = subject.hart.x[2];
            subject.call(129, subject.call(172), 10);
            assertThat(subject.hart.x[2]).as("a handler runs").isLessThan(stack);
            assertThat(subject.memory.loadInt(subject.hart.x[11] + 20)).isEqualTo(stranger);
        }
    }

    /** Returns the answer with another real user id in the auxiliary vector. */
    private static InputAnswer withUserId(InputAnswer answer, int userId) {
        List<InputAnswer.Write> writes = new ArrayList<>();
        answer.writes().forEach(writes::add);
        writes.getLast().data()[8] = (byte) userId;
        writes.getLast().data()[9] = (byte) (userId >> 8);
        return new InputAnswer(answer.value(), writes);
    }

    @Test
    void theTimeIsAnInputThatTheInstructionWritesAndNothingElse() {
        long pc = hart.pc;
        long[] before = hart.x.clone();
        long earliest = System.nanoTime();

        guest.machine.readTime(11);
        guest.machine.readTime(0);

        assertThat(inputs.getLast()).isEqualTo(new InputCall(0, pc + 4, -3, List.of(), 0, 0));
        assertThat(hart.x[11]).isBetween(earliest, System.nanoTime());
        assertThat(hart.pc).isEqualTo(pc + 8);
        before[11] = hart.x[11];
        assertThat(hart.x).isEqualTo(before);
    }

    @Test
    void anUnknownCallGivesEnosysAndIsNotedOnce() {
        assertThat(guest.call(9999)).isEqualTo(-38);
        assertThat(guest.call(9999)).isEqualTo(-38);
        assertThat(guest.notes).containsExactly("system call 9999 is not known; it gives ENOSYS");
    }

    @Test
    void aLocalResultCountsInTheDigestAndAnInputDoesNot() {
        hart.pc = 0x1234;
        hart.openDigest = 0;
        long result = guest.call(214, 0);
        assertThat(hart.openDigest).isEqualTo(Digest.mix(result) * Digest.constant(0x1234, 10));
        assertThat(hart.pc).isEqualTo(0x1238);
        hart.openDigest = 0;
        guest.call(172);
        assertThat(hart.openDigest).isZero();
    }

    @Test
    void anInputCarriesTheArgumentsTheCallHasAndADigestOfItsOutput() throws IOException {
        long file = open(directory.resolve("out"), 0101);
        hart.steps = 77;
        guest.string("abc");
        assertThat(guest.call(64, file, guest.buffer, 3)).isEqualTo(3);
        InputCall call = inputs.getLast();
        assertThat(call.step()).isEqualTo(77);
        assertThat(call.arguments()).containsExactly(file, guest.buffer, 3L);
        assertThat(call.outputBytes()).isEqualTo(3);
        assertThat(call.outputDigest()).isNotZero();
        assertThat(Files.readString(directory.resolve("out"))).isEqualTo("abc");
    }

    @Test
    void aSubjectIsGivenTheAnswersOfTheReferenceAndAsksNothing() throws IOException {
        Path path = Files.writeString(directory.resolve("in"), "hello");
        ArrayDeque<InputAnswer> answers = new ArrayDeque<>();
        InputSource recording =
                (call, perform) -> {
                    answers.add(perform.get());
                    return answers.getLast();
                };
        try (LinuxGuest reference = new LinuxGuest(new Hart(), recording)) {
            readAll(reference, path);
            Files.delete(path);
            try (LinuxGuest subject =
                    new LinuxGuest(new Hart(), (call, perform) -> answers.remove())) {
                readAll(subject, path);
                assertThat(subject.memory.digest()).isEqualTo(reference.memory.digest());
                assertThat(subject.hart.x).isEqualTo(reference.hart.x);
                assertThat(answers).isEmpty();
            }
        }
    }

    @Test
    void anAnswerThatASubjectCannotWriteGivesEfaultThere() {
        InputAnswer answer =
                new InputAnswer(16, List.of(new InputAnswer.Write(8, new byte[] {1, 2})));
        try (LinuxGuest subject =
                new LinuxGuest(
                        new Hart(),
                        (call, perform) -> call.number() == 113 ? answer : perform.get())) {
            assertThat(subject.call(113, 0, 8)).isEqualTo(-14);
        }
    }

    private static void readAll(LinuxGuest guest, Path path) {
        long file = guest.call(56, AT_FDCWD, guest.string(path.toString()), 0, 0);
        assertThat(guest.call(63, file, guest.buffer + 1, 100)).isEqualTo(5);
        assertThat(guest.call(222, 0, 5, 1, 2, file, 0)).isPositive();
        guest.call(57, file);
    }

    @Test
    void filesAreReadWrittenAndSought() throws IOException {
        Path path = directory.resolve("file");
        long file = open(path, 0102);
        guest.string("0123456789");
        assertThat(guest.call(64, file, guest.buffer, 10)).isEqualTo(10);
        assertThat(guest.call(62, file, -4, 1)).isEqualTo(6);
        assertThat(guest.call(63, file, guest.buffer + 64, 100)).isEqualTo(4);
        assertThat(guest.memory.loadInt(guest.buffer + 64)).isEqualTo(0x39383736);
        assertThat(guest.call(67, file, guest.buffer + 64, 2, 1)).isEqualTo(2);
        assertThat(guest.call(68, file, guest.buffer, 1, 9)).isEqualTo(1);
        assertThat(guest.call(46, file, 12)).isZero();
        assertThat(Files.readString(path)).isEqualTo("0123456780\0\0");
        assertThat(guest.call(62, file, 0, 2)).isEqualTo(12);
        assertThat(guest.call(57, file)).isZero();
        assertThat(guest.call(63, file, guest.buffer, 1)).isEqualTo(-9);
    }

    @Test
    void vectorsAreGatheredAndScattered() throws IOException {
        Path path = directory.resolve("file");
        long file = open(path, 0102);
        guest.string("abcdef");
        long vectors = guest.buffer + 256;
        putVector(vectors, guest.buffer + 4, 2);
        putVector(vectors + 16, guest.buffer, 3);
        assertThat(guest.call(66, file, vectors, 2)).isEqualTo(5);
        assertThat(Files.readString(path)).isEqualTo("efabc");
        guest.call(62, file, 0, 0);
        assertThat(guest.call(65, file, vectors, 2)).isEqualTo(5);
        assertThat(guest.memory.loadShort(guest.buffer + 4)).isEqualTo((short) 0x6665);
        assertThat(guest.call(66, file, vectors, 1025)).isEqualTo(-22);
    }

    @Test
    void vectorsThatCannotBeReadOrAreNegativeAreRefused() {
        long file = open(directory.resolve("file"), 0102);
        long vectors = guest.buffer + 256;
        putVector(vectors, guest.buffer, 2);
        putVector(vectors + 16, guest.buffer, -1);
        for (int call : new int[] {65, 66}) {
            assertThat(guest.call(call, file, 8, 1)).isEqualTo(-14);
            assertThat(guest.call(call, file, vectors, 2)).isEqualTo(-22);
            assertThat(guest.call(call, file, vectors, -1)).isEqualTo(-22);
        }
    }

    @ParameterizedTest
    @CsvSource({"63", "64", "67", "68"})
    void aLengthOfMoreThanTheAddressSpaceIsAFault(long number) {
        long file = open(directory.resolve("file"), 0102);
        assertThat(guest.call(number, file, guest.buffer, -1, 0)).isEqualTo(-14);
        assertThat(guest.call(number, file, guest.buffer, Long.MIN_VALUE, 0)).isEqualTo(-14);
    }

    @Test
    void aFileCutShortKeepsThePositionBehindItsEnd() throws IOException {
        long file = open(directory.resolve("file"), 0102);
        guest.call(64, file, guest.string("0123456789"), 10);
        assertThat(guest.call(46, file, 2)).isZero();
        assertThat(guest.call(62, file, 0, 1)).isEqualTo(10);
        assertThat(guest.call(64, file, guest.buffer, 1)).isEqualTo(1);
        assertThat(Files.size(directory.resolve("file"))).isEqualTo(11);
    }

    @Test
    void whatIsAppendedGoesToTheEndWhateverThePosition() throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "abc");
        long file = open(path, 02001);
        guest.string("xy");
        assertThat(guest.call(64, file, guest.buffer, 1)).isEqualTo(1);
        assertThat(guest.call(68, file, guest.buffer + 1, 1, 0)).isEqualTo(1);
        assertThat(Files.readString(path)).isEqualTo("abcxy");
    }

    @Test
    void aFileOpenedForReadingIsCreatedAndEmptied() throws IOException {
        Path path = directory.resolve("file");
        assertThat(open(path, 0100)).isPositive();
        Files.writeString(path, "abc");
        assertThat(open(path, 0100)).isPositive();
        assertThat(Files.size(path)).isEqualTo(3);
        assertThat(open(path, 01000)).isPositive();
        assertThat(Files.size(path)).isZero();
    }

    @Test
    void aDirectoryIsSynchronized() {
        assertThat(guest.call(82, open(directory, 0))).isZero();
    }

    @Test
    void theStatusOfNoPathIsThatOfTheCurrentDirectory() throws IOException {
        assertThat(guest.call(79, AT_FDCWD, guest.string(""), guest.buffer + 512, 0x1000)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer + 512 + 8))
                .isEqualTo(Files.getAttribute(Path.of(""), "unix:ino"));
        assertThat(guest.call(79, AT_FDCWD, 8, guest.buffer, 0)).isEqualTo(-14);
    }

    private void putVector(long at, long address, long length) {
        guest.memory.storeLong(at, address);
        guest.memory.storeLong(at + 8, length);
    }

    @Test
    void descriptorsAreTheLowestFreeAndShareTheirPosition() throws IOException {
        long file = open(Files.writeString(directory.resolve("f"), "abcdef"), 0);
        long copy = guest.call(23, file);
        assertThat(copy).isEqualTo(file + 1);
        assertThat(guest.call(24, file, 40, 0)).isEqualTo(40);
        assertThat(guest.call(25, file, 0, 40)).isEqualTo(41);
        guest.call(63, file, guest.buffer, 2);
        guest.call(57, file);
        assertThat(guest.call(63, copy, guest.buffer, 1)).isEqualTo(1);
        assertThat(guest.memory.loadByte(guest.buffer)).isEqualTo((byte) 'c');
        assertThat(guest.call(25, copy, 3, 0)).isZero();
        assertThat(guest.call(24, 99, 5, 0)).isEqualTo(-9);
    }

    @Test
    void nothingIsCreatedForWhichThereIsNoDescriptor() {
        long file = open(directory.resolve("f"), 0102);
        assertThat(guest.call(25, file, 0, 1023)).isEqualTo(1023);
        while (guest.call(23, file) >= 0) {
            // Until all are taken.
        }
        assertThat(open(directory.resolve("g"), 0102)).isEqualTo(-24);
        assertThat(directory.resolve("g")).doesNotExist();
    }

    @Test
    void aTerminalThatHasToShowAllFirstIsAnnounced() {
        long file = open(directory.resolve("f"), 0102);
        assertThat(guest.call(29, file, 0x5402, guest.buffer)).isEqualTo(-25);
        assertThat(guest.announced).isEmpty();
        assertThat(guest.call(29, file, 0x5403, guest.buffer)).isEqualTo(-25);
        assertThat(guest.call(29, file, 0x5404, guest.buffer)).isEqualTo(-25);
        assertThat(guest.announced).containsExactly(29L, 29L);
    }

    @Test
    void errorsOfTheHostBecomeErrorNumbers() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "x");
        assertThat(open(directory.resolve("absent"), 0)).isEqualTo(-2);
        assertThat(open(file.resolve("below"), 0)).isIn(-20L, -2L);
        assertThat(open(directory, 1)).isEqualTo(-21);
        assertThat(open(file, 0200000)).isEqualTo(-20);
        assertThat(open(file, 0301)).isEqualTo(-17);
        assertThat(guest.call(56, AT_FDCWD, 8, 0, 0)).isEqualTo(-14);
        assertThat(guest.call(63, open(directory, 0), guest.buffer, 1)).isEqualTo(-21);
        assertThat(guest.call(63, open(file, 0), 8, 1)).isEqualTo(-14);
        assertThat(guest.call(64, open(file, 1), 8, 1)).isEqualTo(-14);
        assertThat(guest.call(64, open(file, 0), guest.buffer, 1)).isEqualTo(-9);
        assertThat(guest.call(48, AT_FDCWD, guest.string("/nonexistent"), 0)).isEqualTo(-2);
        assertThat(guest.call(29, open(file, 0), 0x5401, guest.buffer)).isEqualTo(-25);
    }

    @Test
    void aFileHasTheStatusOfTheHost() throws IOException {
        Path path = Files.writeString(directory.resolve("f"), "12345");
        long file = open(path, 0);
        assertThat(guest.call(80, file, guest.buffer + 512)).isZero();
        assertStatus(path, guest.buffer + 512);
        assertThat(guest.call(79, AT_FDCWD, guest.string(path.toString()), guest.buffer + 512, 0))
                .isZero();
        assertStatus(path, guest.buffer + 512);
        Files.delete(path);
        assertThat(guest.call(80, file, guest.buffer + 512)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer + 512 + 48)).isEqualTo(5);
    }

    private void assertStatus(Path path, long at) throws IOException {
        assertThat(guest.memory.loadLong(at + 8)).isEqualTo(Files.getAttribute(path, "unix:ino"));
        assertThat(guest.memory.loadInt(at + 16)).isEqualTo(Files.getAttribute(path, "unix:mode"));
        assertThat(guest.memory.loadLong(at + 48)).isEqualTo(5);
        assertThat(guest.memory.loadLong(at + 88))
                .isEqualTo(Files.getLastModifiedTime(path).toInstant().getEpochSecond());
    }

    @Test
    void noPathInTheCurrentDirectoryIsAFault() {
        assertThat(guest.call(88, AT_FDCWD, 0, 0, 0)).isEqualTo(-14);
        assertThat(guest.call(88, open(directory.resolve("f"), 0102), 0, 0, 0)).isZero();
    }

    @Test
    void theLinkToItselfNamesTheProgram() throws IOException {
        long path = guest.string("/proc/self/exe");
        long length = guest.call(78, AT_FDCWD, path, guest.buffer + 512, 4096);
        byte[] target = new byte[(int) length];
        guest.memory.read(guest.buffer + 512, target, 0, target.length);
        assertThat(new String(target, StandardCharsets.UTF_8))
                .isEqualTo(LinuxGuest.HELLO.toRealPath().toString());
        assertThat(guest.call(78, AT_FDCWD, path, guest.buffer + 512, 3)).isEqualTo(3);
    }

    @Test
    void mappingsGoDownwardsFromWhereTheLastSearchEnded() {
        long first = guest.call(222, 0, 0x3000, 3, 0x22, -1, 0);
        long second = guest.call(222, 0, 1, 3, 0x22, -1, 0);
        assertThat(second).isEqualTo(first - 0x1000);
        guest.call(215, first, 0x3000);
        assertThat(guest.call(222, 0, 0x1000, 3, 0x22, -1, 0)).isEqualTo(second - 0x1000);
        assertThat(guest.call(222, FREE_RANGE, 0x2000, 3, 0x22, -1, 0)).isEqualTo(FREE_RANGE);
        assertThat(guest.call(222, FREE_RANGE, 0x2000, 3, 0x22, -1, 0))
                .isEqualTo(FREE_RANGE - 0x2000);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 3, 0x22, -1, 0, -22",
        "0, 4096, 3, 0x20, -1, 0, -22",
        "0, 4096, 3, 0x23, -1, 0, -22",
        "0, 4096, 0x13, 0x22, -1, 0, -22",
        "0, 4096, 3, 0x22, -1, 0x123, -22",
        "0x20000123, 4096, 3, 0x32, -1, 0, -22",
        "0x90000000, 4096, 3, 0x32, -1, 0, -12",
        "0, 0x80000000, 3, 0x22, -1, 0, -12",
        "0, -1, 3, 0x22, -1, 0, -12",
        "0, 4096, 3, 2, 77, 0, -9",
    })
    void wrongMappingsAreRefused(
            long address, long size, long prot, long flags, long file, long offset, long error) {
        assertThat(guest.call(222, address, size, prot, flags, file, offset)).isEqualTo(error);
    }

    @Test
    void theHeapGrowsZeroedAndNeverShrinksItsPages() {
        long start = guest.call(214, 0);
        assertThat(guest.call(214, start + 0x1800)).isEqualTo(start + 0x1800);
        guest.memory.storeLong(start + 0x1000, 5);
        assertThat(guest.call(214, start + 0x10)).isEqualTo(start + 0x10);
        assertThat(guest.call(214, start + 0x1800)).isEqualTo(start + 0x1800);
        assertThat(guest.memory.loadLong(start + 0x1000)).isZero();
        assertThat(guest.call(214, start - 1)).isEqualTo(start + 0x1800);
        assertThat(guest.call(214, -1)).isEqualTo(start + 0x1800);
    }

    @Test
    void mappingsGrowMoveAndShrink() {
        guest.call(222, FREE_RANGE, 0x2000, 3, 0x32, -1, 0);
        guest.memory.storeLong(FREE_RANGE, 5);
        assertThat(guest.call(216, FREE_RANGE, 0x2000, 0x1000, 0, 0)).isEqualTo(FREE_RANGE);
        assertThat(guest.call(216, FREE_RANGE, 0x1000, 0x3000, 0, 0)).isEqualTo(FREE_RANGE);
        guest.call(222, FREE_RANGE + 0x3000, 0x1000, 3, 0x32, -1, 0);
        assertThat(guest.call(216, FREE_RANGE, 0x3000, 0x4000, 0, 0)).isEqualTo(-12);
        long moved = guest.call(216, FREE_RANGE, 0x3000, 0x4000, 1, 0);
        assertThat(guest.memory.loadLong(moved)).isEqualTo(5);
        assertThat(guest.memory.isFree(FREE_RANGE, 0x3000)).isTrue();
        assertThat(guest.call(233, moved, 0x1000, 4)).isZero();
        assertThat(guest.memory.loadLong(moved)).isZero();
    }

    @Test
    void aMappingCannotGrowBeyondTheAddressSpace() {
        guest.call(222, FREE_RANGE, 0x1000, 3, 0x32, -1, 0);
        assertThat(guest.call(216, FREE_RANGE, 0x1000, Long.MIN_VALUE, 1, 0)).isEqualTo(-12);
    }

    @Test
    void aFileIsNotMappedFromBeforeItsStart() throws IOException {
        long file = open(Files.writeString(directory.resolve("f"), "x"), 0);
        assertThat(guest.call(222, 0, 0x1000, 1, 2, file, -0x1000)).isEqualTo(-75);
    }

    @Test
    void discardedPagesReadZeroWhateverTheirPermissions() {
        guest.memory.storeLong(guest.buffer, 5);
        guest.call(226, guest.buffer, 0x1000, 1);
        assertThat(guest.call(233, guest.buffer, 0x1000, 4)).isZero();
        assertThat(guest.memory.loadLong(guest.buffer)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "41, 41", "256, 0", "-1, 255"})
    void exitEndsTheGuestWithTheLowByteOfItsStatus(long status, int expected) {
        assertThat(guest.tryCall(94, status)).contains(new GuestExit(Reason.EXITED, expected));
    }

    @ParameterizedTest
    @CsvSource({"2, 4", "3, 5", "4, 7", "6, 7", "12, 11", "13, 11", "15, 11"})
    void aTrapEndsTheGuestBySignal(int cause, int signal) {
        hart.trapCause = cause;
        assertThat(guest.machine.trap()).contains(new GuestExit(Reason.SIGNALED, signal));
    }

    @Test
    void aSignalToItselfEndsTheGuestUnlessBlockedOrIgnored() {
        long pid = guest.call(172);
        guest.memory.storeLong(guest.buffer, 1L << 5);
        guest.call(135, 0, guest.buffer, 0, 8);
        assertThat(guest.tryCall(129, pid, 6)).isEmpty();
        assertThat(guest.tryCall(129, pid, 17)).isEmpty();
        assertThat(guest.tryCall(129, pid, 0)).isEmpty();
        assertThat(guest.tryCall(135, 1, guest.buffer, 0, 8))
                .contains(new GuestExit(Reason.SIGNALED, 6));
    }

    @Test
    void signalsToOthersAndOtherProcessesAreRefused() {
        assertThat(guest.call(129, 1, 9)).isEqualTo(-3);
        assertThat(guest.call(220, 17, 0, 0, 0, 0)).isEqualTo(-38);
        assertThat(guest.call(221, guest.string("/bin/sh"), 0, 0)).isEqualTo(-13);
        assertThat(guest.notes).hasSize(3);
    }

    @Test
    void clocksAdvance() {
        assertThat(guest.call(113, 1, guest.buffer)).isZero();
        long seconds = guest.memory.loadLong(guest.buffer);
        long nanoseconds = guest.memory.loadLong(guest.buffer + 8);
        guest.memory.storeLong(guest.buffer + 64, 0);
        guest.memory.storeLong(guest.buffer + 72, 2_000_000);
        assertThat(guest.call(101, guest.buffer + 64, 0)).isZero();
        guest.call(113, 1, guest.buffer);
        long elapsed = (guest.memory.loadLong(guest.buffer) - seconds) * 1_000_000_000;
        elapsed += guest.memory.loadLong(guest.buffer + 8) - nanoseconds;
        assertThat(elapsed).isGreaterThanOrEqualTo(2_000_000);
        assertThat(guest.call(113, 77, guest.buffer)).isEqualTo(-22);
        assertThat(guest.call(101, 8, 0)).isEqualTo(-14);
    }

    @Test
    void theSystemNamesItselfLinuxOnRiscv() {
        assertThat(guest.call(160, guest.buffer)).isZero();
        assertThat(guest.memory.loadInt(guest.buffer)).isEqualTo(0x756e694c);
        assertThat(guest.memory.loadInt(guest.buffer + 4 * 65)).isEqualTo(0x63736972);
        assertThat(guest.call(261, 0, 3, 0, guest.buffer)).isZero();
        assertThat(guest.call(278, guest.buffer, 8, 0)).isEqualTo(8);
    }
}
