/** Databases that several processes share, and locks that tell which of them live. */
@NullMarked
package dev.lockstep.server.sqlite;

import org.jspecify.annotations.NullMarked;
