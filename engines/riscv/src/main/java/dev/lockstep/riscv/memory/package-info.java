/** Guest memory: one flat window with page permissions, dirty marks and watched code pages. */
@NullMarked
package dev.lockstep.riscv.memory;

import org.jspecify.annotations.NullMarked;
