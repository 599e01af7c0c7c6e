/**
 * Guests that somebody else executes: what each instruction did is told, and repeated on a hart and
 * a memory of ours, which are then compared, examined and described like those of any engine.
 */
@NullMarked
package dev.lockstep.riscv.told;

import org.jspecify.annotations.NullMarked;
