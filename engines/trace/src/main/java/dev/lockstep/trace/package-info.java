/** Traces as engines: what another emulator wrote down of a run, told again step by step. */
@NullMarked
package dev.lockstep.trace;

import org.jspecify.annotations.NullMarked;
