package dev.lockstep.conformance;

import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The world of a guest that goes back: it is asked once, and remembers. Standard input is empty,
 * standard output is kept here; all else is asked of the host.
 */
final class ScriptedWorld implements InputSource {
    private static final int READ = 63;
    private static final int WRITE = 64;
    private static final int WRITE_VECTORS = 66;
    private static final int VECTOR_BYTES = 16;
    private static final int ERROR_OUTPUT = 2;
    private static final long READ_CONSOLE = -4;
    private static final long WRITE_CONSOLE = -5;
    private static final String CONSOLE_INPUT = "what is written comes back.";

    private record Entry(InputCall call, InputAnswer answer) {}

    private final GuestMemory memory;
    private final List<Entry> entries = new ArrayList<>();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private int position;
    private int consolePosition;

    ScriptedWorld(GuestMemory memory) {
        this.memory = memory;
    }

    /** Returns how many answers the guest has had. */
    int position() {
        return position;
    }

    /** Has the guest get these answers again. */
    void goBackTo(int earlier) {
        position = earlier;
    }

    /** Returns what the guest wrote to standard output. */
    byte[] output() {
        return output.toByteArray();
    }

    @Override
    public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
        if (position == entries.size()) {
            entries.add(new Entry(call, copy(answer(call, perform))));
        }
        Entry entry = entries.get(position);
        if (!entry.call().equals(call)) {
            throw new AssertionError("asked " + call + ", but in the past " + entry.call());
        }
        position++;
        return entry.answer();
    }

    /** The content comes into being while it is traversed, so it has to be kept here and now. */
    private static InputAnswer copy(InputAnswer answer) {
        List<InputAnswer.Write> writes = new ArrayList<>();
        answer.writes().forEach(writes::add);
        return new InputAnswer(answer.value(), writes);
    }

    private InputAnswer answer(InputCall call, Supplier<InputAnswer> perform) {
        long number = call.number();
        if (number == READ_CONSOLE) {
            boolean ended = consolePosition == CONSOLE_INPUT.length();
            return InputAnswer.of(ended ? -1 : CONSOLE_INPUT.charAt(consolePosition++));
        }
        if (number == WRITE_CONSOLE) {
            return InputAnswer.of(call.outputBytes());
        }
        if (number == READ && call.arguments().getFirst() == 0) {
            return InputAnswer.of(0);
        }
        boolean writes = number == WRITE || number == WRITE_VECTORS;
        long file = writes ? call.arguments().getFirst() : 0;
        if (file > 0 && file <= ERROR_OUTPUT) {
            return write(call, number == WRITE_VECTORS);
        }
        return perform.get();
    }

    private InputAnswer write(InputCall call, boolean vectors) {
        long address = call.arguments().get(1);
        long size = call.arguments().get(2);
        if (vectors) {
            for (long at = address; at < address + size * VECTOR_BYTES; at += VECTOR_BYTES) {
                keep(memory.loadLong(at), memory.loadLong(at + Long.BYTES));
            }
        } else {
            keep(address, size);
        }
        return InputAnswer.of(call.outputBytes());
    }

    private void keep(long address, long size) {
        byte[] bytes = new byte[(int) size];
        if (memory.read(address, bytes, 0, bytes.length)) {
            output.writeBytes(bytes);
        }
    }
}
