package dev.lockstep.recomp;

import dev.lockstep.riscv.InputSource;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/** Asks something else once, or is told something else, as a {@link Fault} says. */
final class FaultyInputs implements InputSource {
    private final InputSource right;
    private final Fault fault;
    private final FaultProgress progress;

    FaultyInputs(InputSource right, Fault fault, FaultProgress progress) {
        this.right = right;
        this.fault = fault;
        this.progress = progress;
    }

    @Override
    public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
        return obtain(call, perform, _ -> {});
    }

    @Override
    public boolean performs() {
        return right.performs();
    }

    @Override
    public void askAgain(InputCall call) {
        right.askAgain(call);
    }

    @Override
    public InputAnswer obtain(
            InputCall call, Supplier<InputAnswer> perform, LongConsumer replayed) {
        if (progress.isOver() || !isDue(call)) {
            return right.obtain(call, perform, replayed);
        }
        if (fault.kind() == FaultKind.WRONG_QUESTION) {
            InputCall wrong = wrong(call);
            progress.done(fault, call.step(), place(call));
            return right.obtain(wrong, perform, replayed);
        }
        InputAnswer answer = right.obtain(call, perform, replayed);
        progress.done(fault, call.step(), place(call));
        return new InputAnswer(answer.value() ^ fault.operand(), answer.writes());
    }

    private boolean isDue(InputCall call) {
        return switch (fault.place()) {
            case FaultPlace.AtStep(long step) -> call.step() == step;
            case FaultPlace.AtPc(long pc, long occurrence) -> {
                if (call.pc() == pc) {
                    progress.count();
                }
                yield call.pc() == pc && progress.occurrences() == occurrence;
            }
        };
    }

    private InputCall wrong(InputCall call) {
        if (call.arguments().isEmpty()) {
            progress.settle();
            throw new FaultException(
                    "fault " + fault + ": does not apply to " + place(call) + ": no argument");
        }
        List<Long> arguments = new ArrayList<>(call.arguments());
        arguments.set(0, arguments.getFirst() ^ fault.operand());
        return new InputCall(
                call.step(),
                call.pc(),
                call.number(),
                arguments,
                call.outputBytes(),
                call.outputDigest());
    }

    private static String place(InputCall call) {
        return "pc 0x" + Long.toHexString(call.pc()) + ": input " + call.number();
    }
}
