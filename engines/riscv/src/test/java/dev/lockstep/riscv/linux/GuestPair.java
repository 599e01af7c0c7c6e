package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * A reference and a subject that do the same; the subject is given what the world answered the
 * reference.
 */
final class GuestPair implements AutoCloseable {
    private record Input(InputCall call, InputAnswer answer) {}

    final LinuxGuest reference;
    final LinuxGuest subject;
    private final Deque<Input> inputs = new ArrayDeque<>();

    GuestPair() {
        reference = new LinuxGuest(new Hart(), this::record);
        subject = new LinuxGuest(new Hart(), this::replay);
        assertEqual();
    }

    private InputAnswer record(InputCall call, Supplier<InputAnswer> perform) {
        InputAnswer answer = perform.get();
        // The content comes into being while it is traversed, so it has to be kept here and now.
        List<InputAnswer.Write> writes = new ArrayList<>();
        answer.writes().forEach(writes::add);
        inputs.add(new Input(call, new InputAnswer(answer.value(), writes)));
        return inputs.getLast().answer();
    }

    private InputAnswer replay(InputCall call, Supplier<InputAnswer> perform) {
        Input input = inputs.remove();
        assertThat(call).isEqualTo(input.call());
        return input.answer();
    }

    /** Makes a system call on both sides, which have to come out of it the same. */
    long call(long number, long... arguments) {
        reference.call(number, arguments);
        subject.call(number, arguments);
        assertEqual();
        return reference.hart.x[10];
    }

    private void assertEqual() {
        assertThat(inputs).isEmpty();
        assertThat(subject.hart.x).isEqualTo(reference.hart.x);
        assertThat(subject.hart.openDigest).isEqualTo(reference.hart.openDigest);
        assertThat(subject.memory.digest()).isEqualTo(reference.memory.digest());
    }

    /** Places bytes on both sides. */
    void store(long address, byte... bytes) {
        assertThat(reference.memory.write(address, bytes, 0, bytes.length)).isTrue();
        assertThat(subject.memory.write(address, bytes, 0, bytes.length)).isTrue();
    }

    /** Places a string in the buffer on both sides and returns its address. */
    long string(String text) {
        reference.string(text);
        return subject.string(text);
    }

    @Override
    public void close() {
        reference.close();
        subject.close();
    }
}
