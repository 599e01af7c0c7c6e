/**
 * The interpreter: every instruction's meaning stated once, in the plainest way, and run from
 * blocks decoded in advance. It shares no meaning with any other engine.
 */
@NullMarked
package dev.lockstep.interp;

import org.jspecify.annotations.NullMarked;
