/** Compares whole states of two engines: dumps of JSON documents, by rules that are data. */
@NullMarked
package dev.lockstep.server.diff.state;

import org.jspecify.annotations.NullMarked;
