package dev.lockstep.riscv;

/**
 * How a guest ended.
 *
 * @param reason why
 * @param status exit status 0 to 255, signal number, trap cause, or 0
 */
public record GuestExit(Reason reason, int status) {
    /** Why a guest ended; the names are those of {@code exit.reason} in reports, in upper case. */
    public enum Reason {
        EXITED,
        SIGNALED,
        TRAPPED,
        LIMIT,
        KILLED
    }

    /** Returns what a shell would report: the status, or 128 + signal. */
    public int shellStatus() {
        return reason == Reason.EXITED ? status : 128 + status;
    }
}
