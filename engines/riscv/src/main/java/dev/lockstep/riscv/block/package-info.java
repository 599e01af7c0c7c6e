/** Guest blocks as the block rule cuts them, for both engines alike. */
@NullMarked
package dev.lockstep.riscv.block;

import org.jspecify.annotations.NullMarked;
