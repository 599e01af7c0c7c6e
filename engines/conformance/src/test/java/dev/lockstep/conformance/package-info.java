/**
 * Random code, executed by every engine of ours and by qemu-riscv64, with its outcome compared:
 * {@code SequenceGenerator} makes a case, {@code CaseProgram} puts many of them into one guest, an
 * {@code Opinion} executes it, {@code Comparison} says where opinions differ.
 */
@NullMarked
package dev.lockstep.conformance;

import org.jspecify.annotations.NullMarked;
