/** The command line of an engine and the loop around it, free or in lockstep. */
@NullMarked
package dev.lockstep.riscv.command;

import org.jspecify.annotations.NullMarked;
