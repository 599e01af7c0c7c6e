/** A bare machine: machine mode, user mode, memory at 0x80000000, and a console through HTIF. */
@NullMarked
package dev.lockstep.riscv.bare;

import org.jspecify.annotations.NullMarked;
