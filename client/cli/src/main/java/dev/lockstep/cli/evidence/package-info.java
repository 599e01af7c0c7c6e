/** What a fault did, in words: places, values, and a class for each kind of fault. */
@NullMarked
package dev.lockstep.cli.evidence;

import org.jspecify.annotations.NullMarked;
