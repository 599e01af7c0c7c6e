package dev.lockstep.riscv;

/**
 * A state that cannot be kept, or from which no guest can begin. The message says what is in the
 * way, its value, what was expected, and where a user can do something about it, what that is.
 */
public final class StateException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public StateException(String message) {
        super(message);
    }

    /**
     * @param path where in the state, such as {@code linux.limits[2].soft}
     */
    static StateException at(String path, String what) {
        return new StateException(path.isEmpty() ? what : path + ": " + what);
    }
}
