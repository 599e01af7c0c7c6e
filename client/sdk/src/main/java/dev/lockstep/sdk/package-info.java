/** What an engine author links: a session with the coordinator and the buffer its records go to. */
@NullMarked
package dev.lockstep.sdk;

import org.jspecify.annotations.NullMarked;
