/**
 * What both engines share: the hart, traps, and the seams to an engine and to the world around the
 * guest.
 */
@NullMarked
package dev.lockstep.riscv;

import org.jspecify.annotations.NullMarked;
