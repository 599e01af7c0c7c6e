/**
 * The news of a coordinator: a bounded ring of events, and watchers that read it at their own pace.
 * {@link Feed} is the door.
 */
@NullMarked
package dev.lockstep.server.feed;

import org.jspecify.annotations.NullMarked;
