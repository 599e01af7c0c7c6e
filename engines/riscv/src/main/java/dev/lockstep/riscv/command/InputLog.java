package dev.lockstep.riscv.command;

import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Remembers what the world has answered, so that a past which is executed again need not ask it
 * again. Belongs to the engine's thread.
 */
final class InputLog implements InputSource {
    /**
     * Bytes of answers that are kept; beyond it the oldest are forgotten, and the past they decide.
     */
    static final long MAX_BYTES = 64L << 20;

    /** What an answer costs beside the guest memory it writes. */
    private static final long OVERHEAD_BYTES = 256;

    /** An answer, whose writes are copied while they are applied for the first time. */
    private static final class Entry {
        final InputCall call;
        final long value;
        final List<InputAnswer.Write> writes = new ArrayList<>();
        long bytes = OVERHEAD_BYTES;

        Entry(InputCall call, long value) {
            this.call = call;
            this.value = value;
        }
    }

    /** Unwinds an examination that needs an answer which has not been given yet. */
    static final class UnansweredException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private UnansweredException(InputCall call) {
            super("not answered yet: " + call, null, false, false);
        }
    }

    private final InputSource world;
    private final Map<Long, Entry> entries = new HashMap<>();
    private long bytes;

    /** Number of the first answer that is kept, of the one after the last, and of the next used. */
    private long first;

    private long end;
    private long next;

    /** From this one on the questions have to be asked again, though the answers are known. */
    private long unasked = Long.MAX_VALUE;

    private boolean examining;

    InputLog(InputSource world) {
        this.world = world;
    }

    /** Returns how many answers were used so far. */
    long position() {
        return next;
    }

    /** Returns whether all answers from this position on are kept. */
    boolean reaches(long position) {
        return position >= first;
    }

    /** The answers from this position on are needed again. */
    void goBackTo(long position) {
        next = position;
    }

    /** The answers before this position will not be needed again. */
    void forgetBefore(long position) {
        while (first < position) {
            forgetFirst();
        }
    }

    /** The guest goes on from here in another state: what it asked beyond is asked once more. */
    void askRestAgain() {
        unasked = next;
    }

    /** The answers from the present position on are void: the guest asks for something else. */
    private void forgetRest() {
        while (end > next) {
            bytes -= Objects.requireNonNull(entries.remove(--end)).bytes;
        }
    }

    /** Sets whether the world must not be asked. */
    void setExamining(boolean examines) {
        examining = examines;
    }

    /**
     * Returns whether the guest is where the world is: all that it has answered was used. What the
     * world has can be taken down only then.
     */
    boolean isUpToDate() {
        return next == end;
    }

    @Override
    public boolean performs() {
        return world.performs();
    }

    @Override
    public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
        return obtain(call, perform, _ -> {});
    }

    @Override
    public InputAnswer obtain(
            InputCall call, Supplier<InputAnswer> perform, LongConsumer replayed) {
        if (isAnswered(call)) {
            return repeat(call);
        }
        if (examining || next < Math.min(end, unasked)) {
            throw new UnansweredException(call); // Perhaps it came here on another way.
        }
        forgetRest();
        return keep(call, world.obtain(call, perform, replayed));
    }

    private boolean isAnswered(InputCall call) {
        Entry entry = next < end ? entries.get(next) : null;
        return entry != null
                && entry.call.step() == call.step()
                && entry.call.number() == call.number();
    }

    private InputAnswer repeat(InputCall call) {
        if (!examining && next >= unasked) {
            world.askAgain(call);
            unasked = next + 1;
        }
        Entry entry = Objects.requireNonNull(entries.get(next));
        next++;
        return new InputAnswer(entry.value, entry.writes);
    }

    private InputAnswer keep(InputCall call, InputAnswer answer) {
        Entry entry = new Entry(call, answer.value());
        entries.put(end++, entry);
        next = end;
        unasked = Long.MAX_VALUE; // This one and all before have been asked.
        bytes += entry.bytes;
        return new InputAnswer(answer.value(), () -> copying(answer.writes().iterator(), entry));
    }

    private Iterator<InputAnswer.Write> copying(Iterator<InputAnswer.Write> from, Entry to) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return from.hasNext();
            }

            @Override
            public InputAnswer.Write next() {
                InputAnswer.Write write = from.next();
                copy(write, to);
                return write;
            }
        };
    }

    private void copy(InputAnswer.Write write, Entry to) {
        if (first == end) {
            return; // Too long to be kept itself.
        }
        to.writes.add(write);
        long size = OVERHEAD_BYTES + write.data().length;
        to.bytes += size;
        bytes += size;
        while (bytes > MAX_BYTES) {
            forgetFirst();
        }
    }

    private void forgetFirst() {
        bytes -= Objects.requireNonNull(entries.remove(first++)).bytes;
    }
}
