/** Guest memory: one flat window with page permissions, watched code pages and a past. */
@NullMarked
package dev.lockstep.riscv.memory;

import org.jspecify.annotations.NullMarked;
