package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.linux.Vectors.Vector;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

final class ReplayedOutputTest {
    private static final int WRITE = 64;
    private static final int WRITEV = 66;
    private static final int PWRITE = 68;
    private static final int DUP = 23;
    private static final int DUP3 = 24;
    private static final int FCNTL = 25;
    private static final int CLOSE = 57;
    private static final int CLOSE_RANGE = 436;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<Long> announced = new ArrayList<>();
    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);
    private final ReplayedOutput shown = new ReplayedOutput(announced::add, out, err);

    @AfterEach
    void close() {
        guest.close();
    }

    @Test
    void asMuchIsShownAsWasWritten() {
        write(WRITE, 1, "hello", 5);
        write(WRITE, 1, "hello", 2);
        write(WRITE, 1, "hello", Errno.EPIPE);
        write(WRITEV, 2, "error", 5);
        assertThat(out).hasToString("hellohe");
        assertThat(err).hasToString("error");
        assertThat(announced).containsOnly(64L, 66L);
    }

    @Test
    void aGuestThatBeginsFromAStateHasTheStreamsItHadThen() {
        shown.goOnWith(
                List.of(
                        open(LinuxWorld.Kind.STDOUT, 7, 9),
                        open(LinuxWorld.Kind.STDERR, 1),
                        open(LinuxWorld.Kind.STDIN, 2)));
        write(WRITE, 7, "a", 1);
        write(WRITE, 9, "b", 1);
        write(WRITE, 1, "c", 1);
        write(WRITE, 2, "d", 1);
        assertThat(out).hasToString("ab");
        assertThat(err).hasToString("c");
    }

    private static LinuxWorld.Open open(LinuxWorld.Kind kind, int... descriptors) {
        return new LinuxWorld.Open(
                kind,
                "",
                0,
                0,
                null,
                Arrays.stream(descriptors)
                        .mapToObj(number -> new LinuxWorld.Descriptor(number, false))
                        .toList());
    }

    @Test
    void whatGoesToFilesIsNot() {
        write(WRITE, 3, "file", 4);
        write(PWRITE, 1, "file", 4);
        assertThat(out.size() + err.size()).isZero();
        assertThat(announced).isEmpty();
    }

    @Test
    void aWriteOfSeveralPiecesIsShownUpToWhatWasWritten() {
        long text = guest.string("abcdefgh");
        shown.write(call(WRITEV, 1), List.of(new Vector(text, 3), new Vector(text + 4, 4)), 5);
        assertThat(out).hasToString("abcef");
    }

    @Test
    void aLongWriteIsShownWhole() {
        long size = 0xFFFF;
        shown.write(
                call(WRITE, 1),
                List.of(new Vector(guest.buffer, size), new Vector(guest.buffer, size)),
                2 * size);
        assertThat(out.size()).isEqualTo(2 * 0xFFFF);
    }

    @Test
    void copiesOfDescriptorsLeadToTheSamePlace() {
        shown.follow(call(DUP, 1), 5);
        shown.follow(call(FCNTL, 2, Fcntl.DUPFD_CLOEXEC, 10), 10);
        shown.follow(call(FCNTL, 2, Fcntl.GETFL), 7);
        shown.follow(call(DUP3, 3, 1, 0), 1);
        write(WRITE, 1, "file", 4);
        write(WRITE, 7, "none", 4);
        write(WRITE, 5, "out", 3);
        write(WRITE, 10, "err", 3);
        shown.follow(call(DUP3, 5, 1, 0), 1);
        write(WRITE, 1, "put", 3);
        assertThat(out).hasToString("output");
        assertThat(err).hasToString("err");
    }

    @Test
    void whatWasClosedLeadsNowhere() {
        shown.follow(call(DUP, 1), 5);
        shown.follow(call(CLOSE, 5), Errno.EBADF);
        write(WRITE, 5, "still", 5);
        shown.follow(call(CLOSE, 5), 0);
        write(WRITE, 5, "gone", 4);
        shown.follow(call(CLOSE_RANGE, 1, 1, 4), 0);
        write(WRITE, 1, " open", 5);
        shown.follow(call(CLOSE_RANGE, 1, -1, 0), 0);
        write(WRITE, 1, "gone", 4);
        write(WRITE, 2, "gone", 4);
        assertThat(out).hasToString("still open");
        assertThat(err.size()).isZero();
    }

    @Test
    void theGuestDoesNotHearThatNobodyReads() {
        OutputStream closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("closed");
                    }
                };
        new ReplayedOutput(announced::add, closed, err)
                .write(call(WRITE, 1), List.of(new Vector(guest.string("x"), 1)), 1);
        assertThat(announced).containsExactly(64L);
    }

    private void write(int number, int descriptor, String text, long written) {
        Vector piece = new Vector(guest.string(text), text.length());
        shown.write(call(number, descriptor), List.of(piece), written);
    }

    private Call call(int number, long... arguments) {
        System.arraycopy(arguments, 0, guest.hart.x, 10, arguments.length);
        Syscall row = Syscall.local(number, "call", arguments.length, call -> 0);
        return new Call(row, guest.hart, 0, InputSource.HOST, guest.memory, shown);
    }
}
