package dev.lockstep.gdb;

/** Why a stub has stopped (GDB manual, "Stop Reply Packets"). */
sealed interface StopReply {
    // Numbers of signals are GDB's own, whatever the target's are.
    int SIGILL = 4;
    int SIGTRAP = 5;
    int SIGBUS = 10;
    int SIGSEGV = 11;

    /** The program stands; {@link #SIGTRAP} after a step or at a breakpoint. */
    record Stopped(int signal) implements StopReply {}

    /** There is no program any more. */
    record Ended(String how) implements StopReply {}

    /**
     * Reads an answer.
     *
     * @throws StubException if it says nothing of a stop
     */
    static StopReply parse(String answer) {
        try {
            return switch (answer.isEmpty() ? ' ' : answer.charAt(0)) {
                case 'S', 'T' -> new Stopped(number(answer));
                case 'W' -> new Ended("exited with status " + number(answer));
                case 'X' -> new Ended("was ended by signal " + number(answer));
                default -> throw new NumberFormatException();
            };
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new StubException(
                    "the stub answered '%s' to a step (expected: a stop reply, such as T05)"
                            .formatted(Hex.shortened(answer)));
        }
    }

    private static int number(String answer) {
        return Integer.parseInt(answer.substring(1, 3), Hex.RADIX);
    }
}
