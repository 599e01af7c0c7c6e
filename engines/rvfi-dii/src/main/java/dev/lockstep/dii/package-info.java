/**
 * RVFI-DII: another implementation executes what is injected into it, one instruction at a time,
 * and says what each did.
 */
@NullMarked
package dev.lockstep.dii;

import org.jspecify.annotations.NullMarked;
