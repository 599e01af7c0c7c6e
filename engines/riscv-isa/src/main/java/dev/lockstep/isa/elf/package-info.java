/** Reads RISC-V ELF executables: what a loader must know, and the symbols. */
@NullMarked
package dev.lockstep.isa.elf;

import org.jspecify.annotations.NullMarked;
