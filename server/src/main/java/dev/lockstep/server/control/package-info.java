/**
 * The services of control.proto: requests in, calls to the {@link Coordinator} out, and back.
 * Everything here runs on the thread of the services and never blocks.
 */
@NullMarked
package dev.lockstep.server.control;

import org.jspecify.annotations.NullMarked;
