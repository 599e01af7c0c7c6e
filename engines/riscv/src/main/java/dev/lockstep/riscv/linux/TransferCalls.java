package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Argument.DESCRIPTOR;
import static dev.lockstep.riscv.linux.Argument.VALUE;

import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.linux.Transfer.Direction;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.sdk.InputAnswer;

import java.util.List;
import java.util.function.Function;

/** System calls that move bytes: the read and write family, and from file to file. */
final class TransferCalls {
    private static final int SPLICE_NONBLOCK = 2;
    private static final Argument POSITION = new Argument.InOut(Long.BYTES);

    private final Transfer transfer;
    private final Forwarding forward;
    private final Signals signals;
    private final SelfWait selfWait;

    TransferCalls(HostFiles files, SelfWait selfWait, Signals signals, HostCallListener listener) {
        this.signals = signals;
        this.selfWait = selfWait;
        transfer = new Transfer(files, selfWait, listener);
        forward = new Forwarding(files, listener);
    }

    List<Syscall> rows() {
        return List.of(
                reading(63, "read", 3, TransferCalls::writableBuffer, false),
                writing(64, "write", 3, TransferCalls::readableBuffer, false),
                reading(65, "readv", 3, TransferCalls::writableVectors, false),
                writing(66, "writev", 3, TransferCalls::readableVectors, false),
                reading(67, "pread64", 4, TransferCalls::writableBuffer, true),
                writing(68, "pwrite64", 4, TransferCalls::readableBuffer, true),
                reading(69, "preadv", 4, TransferCalls::writableVectors, true),
                writing(70, "pwritev", 4, TransferCalls::readableVectors, true),
                breakingPipe(
                        forward.slowRow(
                                71,
                                "sendfile",
                                call -> selfWait.refusalToWrite(call.intArgument(0)),
                                HostCall.SENDFILE,
                                DESCRIPTOR,
                                DESCRIPTOR,
                                POSITION,
                                VALUE)),
                breakingPipe(betweenFiles(76, "splice", this::spliceRefusal, HostCall.SPLICE)),
                betweenFiles(285, "copy_file_range", call -> 0, HostCall.COPY_FILE_RANGE));
    }

    private static Vectors writableBuffer(Call call) {
        return Vectors.buffer(call, piece -> isWritable(call, piece));
    }

    private static Vectors readableBuffer(Call call) {
        return Vectors.buffer(call, piece -> isReadable(call, piece));
    }

    private static Vectors writableVectors(Call call) {
        return Vectors.listed(call, piece -> isWritable(call, piece));
    }

    private static Vectors readableVectors(Call call) {
        return Vectors.listed(call, piece -> isReadable(call, piece));
    }

    private static boolean isWritable(Call call, Vector piece) {
        return call.isWritable(piece.address(), piece.length());
    }

    private static boolean isReadable(Call call, Vector piece) {
        return call.isReadable(piece.address(), piece.length());
    }

    private Syscall reading(
            int number,
            String name,
            int arity,
            Function<Call, Vectors> vectors,
            boolean positioned) {
        return Syscall.input(
                number,
                name,
                arity,
                (call, output) -> transfer.read(call, vectors.apply(call), positioned));
    }

    private Syscall writing(
            int number,
            String name,
            int arity,
            Function<Call, Vectors> vectors,
            boolean positioned) {
        return breakingPipe(
                new Syscall(
                        number,
                        name,
                        CallClass.INPUT,
                        arity,
                        call -> write(call, vectors.apply(call), positioned)));
    }

    private long write(Call call, Vectors vectors, boolean positioned) {
        return call.ask(
                vectors.pieces(),
                () -> InputAnswer.of(transfer.move(call, vectors, Direction.OUT, positioned)));
    }

    private long spliceRefusal(Call call) {
        if (call.argument(4) == 0 || (call.argument(5) & SPLICE_NONBLOCK) != 0) {
            return 0;
        }
        long refusal = selfWait.refusalToRead(call.intArgument(0));
        return refusal != 0 ? refusal : selfWait.refusalToWrite(call.intArgument(2));
    }

    private Syscall betweenFiles(int number, String name, Forwarding.Guard guard, HostCall host) {
        return forward.slowRow(
                number,
                name,
                guard,
                host,
                DESCRIPTOR,
                POSITION,
                DESCRIPTOR,
                POSITION,
                VALUE,
                VALUE);
    }

    /** Returns the row with the signal for a pipe or socket that nobody reads any more. */
    private Syscall breakingPipe(Syscall row) {
        return row.withHandler(call -> {
            long result = row.handler().serve(call);
            if (result == Errno.EPIPE) {
                signals.breakPipe();
            }
            return result;
        });
    }
}
