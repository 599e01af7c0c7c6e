/** Remembers runs and what was found in them, in a database that several processes share. */
@NullMarked
package dev.lockstep.server.log;

import org.jspecify.annotations.NullMarked;
