/**
 * The recompiler: RV64 guest blocks become JVM bytecode before they run.
 *
 * <p>Three parts that know little of each other: what each instruction means ({@code
 * *Instructions}, and the arithmetic they call), the shape of compiled code ({@link
 * dev.lockstep.recomp.BlockCompiler}, {@link dev.lockstep.recomp.Effects}), and the code cache
 * ({@link dev.lockstep.recomp.CodeCache}). Nothing here is shared with any other engine's meanings.
 */
@NullMarked
package dev.lockstep.recomp;

import org.jspecify.annotations.NullMarked;
