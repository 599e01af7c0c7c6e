/** Guest programs: what they are on disk and how they come into guest memory. */
@NullMarked
package dev.lockstep.riscv.elf;

import org.jspecify.annotations.NullMarked;
