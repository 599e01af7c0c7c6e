package dev.lockstep.riscv.linux;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;

/** One system call while it is served: its arguments, and the guest memory they point to. */
final class Call {
    /** Bytes of a path at most, with its zero. */
    static final int PATH_MAX = 4096;

    private static final int FIRST_ARGUMENT = 10;

    private final Syscall row;
    private final Hart hart;
    private final InputSource inputs;
    private final GuestMemory memory;

    Call(Syscall row, Hart hart, InputSource inputs, GuestMemory memory) {
        this.row = row;
        this.hart = hart;
        this.inputs = inputs;
        this.memory = memory;
    }

    int number() {
        return row.number();
    }

    GuestMemory memory() {
        return memory;
    }

    /** Returns argument {@code index}, from 0. */
    long argument(int index) {
        return hart.x[FIRST_ARGUMENT + index];
    }

    /** Returns argument {@code index} as C's int. */
    int intArgument(int index) {
        return (int) argument(index);
    }

    /**
     * Obtains the answer of the world and writes what it has for guest memory; EFAULT if that
     * cannot be written.
     */
    long ask(byte[] output, Syscall.Question question) {
        InputAnswer answer = obtain(output, question);
        return apply(answer) ? answer.value() : Errno.EFAULT;
    }

    /** Obtains the answer of the world. */
    InputAnswer obtain(byte[] output, Syscall.Question question) {
        return inputs.obtain(inputCall(output), () -> question.ask(this, output));
    }

    /**
     * Writes what an answer has for guest memory.
     *
     * @return whether all of it could be written; a subject whose pages are no longer those of the
     *     reference may find that it cannot, and is to be found different rather than to fail
     */
    boolean apply(InputAnswer answer) {
        boolean complete = true;
        for (InputAnswer.Write write : answer.writes()) {
            complete &= memory.write(write.address(), write.data(), 0, write.data().length);
        }
        return complete;
    }

    private InputCall inputCall(byte[] output) {
        List<Long> arguments =
                LongStream.range(0, row.arity()).mapToObj(i -> argument((int) i)).toList();
        long digest = output.length == 0 ? 0 : Hashing.xxh3_64().hashBytesToLong(output);
        return new InputCall(hart.steps, hart.pc, row.number(), arguments, output.length, digest);
    }

    /** Returns guest memory, or nothing if part of it cannot be read. */
    byte[] bytes(long address, long length) {
        if (memory.readableBytes(address, length) != length) {
            return new byte[0];
        }
        byte[] bytes = new byte[(int) length];
        memory.read(address, bytes, 0, bytes.length);
        return bytes;
    }

    /**
     * Returns the bytes of the string argument {@code index} points to, or nothing if it cannot be
     * read.
     */
    byte[] stringBytes(int index) {
        long length = memory.stringLength(argument(index));
        return length < 0 ? new byte[0] : bytes(argument(index), Math.min(length, PATH_MAX));
    }

    /** Returns whether {@link #stringBytes} could be read. */
    boolean isString(int index) {
        return memory.stringLength(argument(index)) >= 0;
    }

    /** Returns an answer that places {@code data} at {@code address}, or EFAULT. */
    InputAnswer answer(long value, long address, byte[] data) {
        if (memory.writableBytes(address, data.length) != data.length) {
            return InputAnswer.of(Errno.EFAULT);
        }
        return new InputAnswer(value, List.of(new InputAnswer.Write(address, data)));
    }

    /** Returns a path as the host spells it. */
    static String path(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
