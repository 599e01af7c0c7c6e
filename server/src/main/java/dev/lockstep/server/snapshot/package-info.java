/** Keeps snapshots of guests in a database that several processes share. */
@NullMarked
package dev.lockstep.server.snapshot;

import org.jspecify.annotations.NullMarked;
