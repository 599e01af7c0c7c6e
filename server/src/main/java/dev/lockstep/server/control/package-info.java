/**
 * The services of control.proto, logs.proto and states.proto: requests in, calls to the {@link
 * Coordinator} out, and back. Everything here runs on the thread of the services and never blocks;
 * but for the services Logs and States, whose calls have a thread each.
 */
@NullMarked
package dev.lockstep.server.control;

import org.jspecify.annotations.NullMarked;
