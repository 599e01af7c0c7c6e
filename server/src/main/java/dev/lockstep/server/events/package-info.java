/** Event logs: their text, from files, pipes and archives, and what is kept of them. */
@NullMarked
package dev.lockstep.server.events;

import org.jspecify.annotations.NullMarked;
