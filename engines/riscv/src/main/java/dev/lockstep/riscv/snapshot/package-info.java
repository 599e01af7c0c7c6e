/** Where the pages of a snapshot came from, and snapshots that are made of such pages. */
@NullMarked
package dev.lockstep.riscv.snapshot;

import org.jspecify.annotations.NullMarked;
