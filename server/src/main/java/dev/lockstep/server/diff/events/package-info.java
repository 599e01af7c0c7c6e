/**
 * Compares two logs of guest-visible events, thread by thread, and names the first real difference
 * of each pair. {@link EventDiff} is the door; docs/event-diff.md says what the rules mean.
 */
@NullMarked
package dev.lockstep.server.diff.events;

import org.jspecify.annotations.NullMarked;
