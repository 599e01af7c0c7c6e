/**
 * The recompiler: RV64 guest blocks become JVM bytecode before they run.
 *
 * <p>Parts that know little of each other: what each instruction means ({@code *Instructions}, and
 * the arithmetic they call), written with an {@link dev.lockstep.recomp.Emitter} into a {@link
 * dev.lockstep.recomp.Frame}; two frames, a block by itself ({@link
 * dev.lockstep.recomp.BlockFrame}) and a region of many ({@link dev.lockstep.recomp.RegionFrame});
 * who decides what becomes a region ({@link dev.lockstep.recomp.Promotion}); and the caches ({@link
 * dev.lockstep.recomp.CodeCache}). Nothing here is shared with any other engine's meanings.
 */
@NullMarked
package dev.lockstep.recomp;

import org.jspecify.annotations.NullMarked;
