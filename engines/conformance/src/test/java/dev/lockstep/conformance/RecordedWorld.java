package dev.lockstep.conformance;

import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a world answered a guest, by step: another that goes the same way is answered the same, from
 * wherever it begins. One that goes another way is found out at its first question.
 */
final class RecordedWorld implements InputSource {
    private record Key(long step, long number) {}

    private record Entry(InputCall call, InputAnswer answer) {}

    private final Map<Key, Entry> entries = new HashMap<>();

    /** Returns a world that also remembers what it answers. */
    InputSource recording(InputSource world) {
        return (call, perform) -> {
            InputAnswer answer = world.obtain(call, perform);
            entries.put(new Key(call.step(), call.number()), new Entry(call, answer));
            return answer;
        };
    }

    @Override
    public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
        Entry entry = entries.get(new Key(call.step(), call.number()));
        if (entry == null || !entry.call().equals(call)) {
            throw new AssertionError("asked " + call + ", but at first " + entry);
        }
        return entry.answer();
    }

    @Override
    public boolean performs() {
        return false;
    }
}
