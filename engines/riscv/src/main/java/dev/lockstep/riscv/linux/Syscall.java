package dev.lockstep.riscv.linux;

import dev.lockstep.sdk.InputAnswer;

/**
 * One row of the table of system calls.
 *
 * @param number number in the generic 64-bit ABI
 * @param callClass who decides the result
 * @param arity arguments the call has; those of an input are compared
 * @param handler serves the call and returns the result register
 */
record Syscall(int number, String name, CallClass callClass, int arity, Handler handler) {
    private static final byte[] NOTHING = {};

    /** Serves a call on every side. */
    @FunctionalInterface
    interface Handler {
        long serve(Call call);
    }

    /** Returns what a call hands to the world. Computed on every side, for comparison. */
    @FunctionalInterface
    interface Output {
        byte[] of(Call call);
    }

    /** Asks the world; never called on a subject's side. */
    @FunctionalInterface
    interface Question {
        InputAnswer ask(Call call, byte[] output);
    }

    static Syscall local(int number, String name, int arity, Handler handler) {
        return new Syscall(number, name, CallClass.LOCAL, arity, handler);
    }

    static Syscall localInput(int number, String name, int arity, Handler handler) {
        return new Syscall(number, name, CallClass.LOCAL_INPUT, arity, handler);
    }

    static Syscall end(int number, String name, int arity, Handler handler) {
        return new Syscall(number, name, CallClass.END, arity, handler);
    }

    /** Returns a row for a call that only takes from the world. */
    static Syscall input(int number, String name, int arity, Question question) {
        return input(number, name, arity, call -> NOTHING, question);
    }

    /** Returns a row for a call that also gives something to the world. */
    static Syscall input(int number, String name, int arity, Output output, Question question) {
        return new Syscall(
                number, name, CallClass.INPUT, arity, call -> call.ask(output.of(call), question));
    }

    /** A question whose only answer is its result. */
    @FunctionalInterface
    interface Operation {
        long perform(Call call);
    }

    static Question result(Operation operation) {
        return (call, output) -> InputAnswer.of(operation.perform(call));
    }

    /** Returns the same call, served otherwise. */
    Syscall withHandler(Handler other) {
        return new Syscall(number, name, callClass, arity, other);
    }

    /**
     * Returns whether the result register is computed by the engines, and so counts in the digest.
     */
    boolean resultIsComputed() {
        return callClass != CallClass.INPUT;
    }
}
