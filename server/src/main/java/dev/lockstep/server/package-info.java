/** The coordinator: wires transport, runs and log together. {@link LockstepServer} is the door. */
@NullMarked
package dev.lockstep.server;

import org.jspecify.annotations.NullMarked;
