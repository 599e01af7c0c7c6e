/** The kernel of the host: what it takes to ask it on behalf of a guest. */
@NullMarked
package dev.lockstep.riscv.host;

import org.jspecify.annotations.NullMarked;
