/**
 * What RV64 instructions look like, never what they do: the instruction table and the decoder,
 * disassembler and assembler it drives.
 */
@NullMarked
package dev.lockstep.isa;

import org.jspecify.annotations.NullMarked;
