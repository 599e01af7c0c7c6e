package dev.lockstep.cli;

/** What the command exits with when no verdict decides. */
final class ExitCodes {
    static final int USAGE = 2;
    static final int INTERNAL_ERROR = 70;

    private ExitCodes() {}
}
