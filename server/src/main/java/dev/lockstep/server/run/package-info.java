/**
 * Pairs the reports of a run's engines and finds where they differ. Pure: no sockets, no files, and
 * time comes from outside. Everything of one run is called on one thread.
 */
@NullMarked
package dev.lockstep.server.run;

import org.jspecify.annotations.NullMarked;
