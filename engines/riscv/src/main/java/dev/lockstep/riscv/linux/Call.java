package dev.lockstep.riscv.linux;

import com.dynatrace.hash4j.hashing.HashStream64;
import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/** One system call while it is served: its arguments, and the guest memory they point to. */
final class Call {
    /** Bytes of a path at most, with its zero. */
    static final int PATH_MAX = 4096;

    private static final int STACK_POINTER = 2;
    private static final int FIRST_ARGUMENT = 10;

    /** How much of a long output is hashed at once. */
    private static final int SLICE_BYTES = 64 << 10;

    private final Syscall row;
    private final Hart hart;
    private final InputSource inputs;
    private final GuestMemory memory;
    private final ReplayedOutput shown;
    private final long pc;

    /**
     * @param pc address of the instruction that makes the call
     * @param shown takes what the guest prints by calls that nobody performs
     */
    Call(
            Syscall row,
            Hart hart,
            long pc,
            InputSource inputs,
            GuestMemory memory,
            ReplayedOutput shown) {
        this.row = row;
        this.hart = hart;
        this.pc = pc;
        this.inputs = inputs;
        this.memory = memory;
        this.shown = shown;
    }

    /** Returns the address of the instruction that makes the call. */
    long pc() {
        return pc;
    }

    long stackPointer() {
        return hart.x[STACK_POINTER];
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
        return result(obtain(output, question));
    }

    /**
     * Obtains the answer of the world to what these pieces of guest memory tell it, and applies it.
     */
    long ask(List<Vectors.Vector> output, Supplier<InputAnswer> perform) {
        HashStream64 digest = Hashing.xxh3_64().hashStream();
        long length = 0;
        byte[] slice = new byte[SLICE_BYTES];
        for (Vectors.Vector piece : output) {
            for (long at = 0; at < piece.length(); at += slice.length) {
                int size = (int) Math.min(slice.length, piece.length() - at);
                memory.peek(piece.address() + at, slice, 0, size);
                digest.putBytes(slice, 0, size);
            }
            length += piece.length();
        }
        InputCall question = inputCall(length, length == 0 ? 0 : digest.getAsLong());
        return result(
                inputs.obtain(question, perform, written -> shown.write(this, output, written)));
    }

    private long result(InputAnswer answer) {
        return apply(answer) ? answer.value() : Errno.EFAULT;
    }

    /** Obtains the answer of the world. */
    InputAnswer obtain(byte[] output, Syscall.Question question) {
        long digest = output.length == 0 ? 0 : Hashing.xxh3_64().hashBytesToLong(output);
        return inputs.obtain(
                inputCall(output.length, digest),
                () -> question.ask(this, output),
                value -> shown.follow(this, value));
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

    private InputCall inputCall(long outputBytes, long outputDigest) {
        List<Long> arguments =
                LongStream.range(0, row.arity()).mapToObj(i -> argument((int) i)).toList();
        return new InputCall(hart.steps, pc, row.number(), arguments, outputBytes, outputDigest);
    }

    /** Returns guest memory, or nothing if part of it cannot be read. */
    byte[] bytes(long address, long length) {
        if (!isReadable(address, length)) {
            return new byte[0];
        }
        byte[] bytes = new byte[(int) length];
        memory.read(address, bytes, 0, bytes.length);
        return bytes;
    }

    /**
     * Returns the bytes of the string argument {@code index} points to, as many as a path may have;
     * nothing if it cannot be read.
     */
    byte[] stringBytes(int index) {
        long length = memory.stringLength(argument(index), PATH_MAX);
        return length < 0 ? new byte[0] : bytes(argument(index), length);
    }

    /** Returns whether {@link #stringBytes} could be read. */
    boolean isString(int index) {
        return memory.stringLength(argument(index), PATH_MAX) >= 0;
    }

    boolean isReadable(long address, long length) {
        return memory.readableBytes(address, length) == length;
    }

    boolean isWritable(long address, long length) {
        return memory.writableBytes(address, length) == length;
    }

    /** Returns where the host has what argument {@code index} points to; 0 for a null pointer. */
    long hostAddress(int index) {
        return argument(index) == 0 ? 0 : memory.hostAddress(argument(index));
    }

    /** Returns the same for what the host's kernel may write to. */
    long hostAddressToFill(int index, long length) {
        return argument(index) == 0 ? 0 : memory.hostAddressToFill(argument(index), length);
    }

    /** Writes to guest memory; false, and nothing written, if it cannot be written whole. */
    boolean write(long address, byte[] data) {
        return memory.write(address, data, 0, data.length);
    }

    /** Returns an answer that places {@code data} at {@code address}, or EFAULT. */
    InputAnswer answer(long value, long address, byte[] data) {
        if (!isWritable(address, data.length)) {
            return InputAnswer.of(Errno.EFAULT);
        }
        return new InputAnswer(value, List.of(new InputAnswer.Write(address, data)));
    }
}
