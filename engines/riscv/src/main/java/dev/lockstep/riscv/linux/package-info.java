/**
 * A Linux process around one hart, as {@code qemu-riscv64 -R 0x7ffff000} (7.2) presents it: initial
 * image, address space, system calls.
 */
@NullMarked
package dev.lockstep.riscv.linux;

import org.jspecify.annotations.NullMarked;
