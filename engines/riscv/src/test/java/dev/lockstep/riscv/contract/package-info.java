/**
 * What every engine must do, as tests: an engine has a class that implements {@link
 * EngineContract}.
 */
@NullMarked
package dev.lockstep.riscv.contract;

import org.jspecify.annotations.NullMarked;
