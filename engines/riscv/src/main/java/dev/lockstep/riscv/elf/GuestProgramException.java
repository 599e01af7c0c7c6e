package dev.lockstep.riscv.elf;

/** A program cannot be run; the message is for the user who named it. */
public final class GuestProgramException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param program its name, or that of the option which does not go with it
     * @param remedy what was expected
     */
    public GuestProgramException(String program, String problem, String remedy) {
        super("%s: %s (%s)".formatted(program, problem, remedy));
    }

    GuestProgramException(RuntimeException malformed) {
        super(malformed.getMessage(), malformed);
    }
}
