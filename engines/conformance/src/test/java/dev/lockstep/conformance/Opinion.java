package dev.lockstep.conformance;

import java.io.IOException;

/** Whoever can execute a program. */
interface Opinion {
    Outcome on(CaseProgram program) throws IOException, InterruptedException;
}
