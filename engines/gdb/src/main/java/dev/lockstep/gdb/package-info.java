/**
 * Emulators of others as engines, driven through the GDB remote protocol: the stub executes every
 * instruction, and what it did is read back from it. Nothing here knows what an instruction
 * computes.
 */
@NullMarked
package dev.lockstep.gdb;

import org.jspecify.annotations.NullMarked;
