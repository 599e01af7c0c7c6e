/**
 * What every implementation of the protocol computes alike: constants, the record layout and the
 * digest of docs/protocol.md.
 */
@NullMarked
package dev.lockstep.protocol;

import org.jspecify.annotations.NullMarked;
