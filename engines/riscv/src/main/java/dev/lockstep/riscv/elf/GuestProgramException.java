package dev.lockstep.riscv.elf;

/** A program cannot be run; the message is for the user who named it. */
public final class GuestProgramException extends RuntimeException {
    private static final long serialVersionUID = 1;

    GuestProgramException(String program, String problem, String remedy) {
        super("%s: %s (%s)".formatted(program, problem, remedy));
    }

    GuestProgramException(RuntimeException malformed) {
        super(malformed.getMessage(), malformed);
    }
}
