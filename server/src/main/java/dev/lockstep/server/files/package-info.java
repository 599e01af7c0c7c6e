/** What all parts of the coordinator that use files have in common. */
@NullMarked
package dev.lockstep.server.files;

import org.jspecify.annotations.NullMarked;
