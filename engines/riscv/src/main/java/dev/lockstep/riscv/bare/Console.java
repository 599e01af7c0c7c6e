package dev.lockstep.riscv.bare;

import com.dynatrace.hash4j.hashing.Hashing;

import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.HostCallListener;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Payload;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** Standard input and output of this process, as the guest's console. */
final class Console {
    /** Numbers of the inputs, beyond those of a Linux guest. */
    private static final long READ_INPUT = -4;

    private static final long WRITE_INPUT = -5;

    /** There is no byte: the input has ended. */
    static final long END = -1;

    private static final long EIO = -5;

    private final ConsoleInput in = new ConsoleInput();

    // Closed by nobody: it is the process's. Unbuffered: it may be killed at any time.
    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final Hart hart;
    private final InputSource inputs;
    private final HostCallListener listener;
    private final GuestEvents events;

    Console(Hart hart, InputSource inputs, HostCallListener listener, GuestEvents events) {
        this.hart = hart;
        this.inputs = inputs;
        this.listener = listener;
        this.events = events;
    }

    ConsoleInput input() {
        return in;
    }

    /** Waits for a byte; returns it, or {@link #END}. */
    long read() {
        return inputs.obtain(question(READ_INPUT, new byte[0]), this::readHost).value();
    }

    /** Writes all of {@code bytes}; returns how many, or what Linux calls -EIO. */
    long write(byte[] bytes) {
        events.emit("console.write", () -> told(bytes));
        return inputs.obtain(
                        question(WRITE_INPUT, bytes),
                        () -> writeHost(bytes),
                        written -> show(bytes, written))
                .value();
    }

    private static Payload told(byte[] bytes) {
        return Payload.ofBytes(
                bytes.length,
                Hashing.xxh3_64().hashBytesToLong(bytes),
                Arrays.copyOf(bytes, Math.min(bytes.length, Payload.SHOWN_BYTES)));
    }

    private InputCall question(long number, byte[] output) {
        long digest = output.length == 0 ? 0 : Hashing.xxh3_64().hashBytesToLong(output);
        return new InputCall(hart.steps, hart.pc, number, List.of(), output.length, digest);
    }

    private InputAnswer readHost() {
        listener.entered(READ_INPUT);
        try {
            return InputAnswer.of(in.read());
        } catch (IOException e) {
            return InputAnswer.of(END);
        }
    }

    /** Writes what was written in an earlier run, whether or not that can be seen this time. */
    private void show(byte[] bytes, long written) {
        listener.entered(WRITE_INPUT);
        try {
            out.write(bytes, 0, Math.clamp(written, 0, bytes.length));
        } catch (IOException e) {
            // The guest is not to hear of it: it did not then.
        }
    }

    private InputAnswer writeHost(byte[] bytes) {
        listener.entered(WRITE_INPUT);
        try {
            out.write(bytes);
            return InputAnswer.of(bytes.length);
        } catch (IOException e) {
            return InputAnswer.of(EIO);
        }
    }
}
