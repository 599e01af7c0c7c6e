/** What both engines share: the hart, traps, the block rule and the loop around an engine. Never what an instruction means. */
@NullMarked
package dev.lockstep.riscv;

import org.jspecify.annotations.NullMarked;
