/**
 * Frames in, calls to the runs out, and back: the only place that knows Netty. One event loop
 * serves all connections and runs all runs, so nothing here or there needs a lock.
 */
@NullMarked
package dev.lockstep.server.transport;

import org.jspecify.annotations.NullMarked;
