/** Snapshots of runs: taken from engines into the store, given to engines from the store. */
@NullMarked
package dev.lockstep.server.capture;

import org.jspecify.annotations.NullMarked;
