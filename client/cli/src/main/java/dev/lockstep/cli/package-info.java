/** The {@code lockstep} command: parses, launches, waits, tells. */
@NullMarked
package dev.lockstep.cli;

import org.jspecify.annotations.NullMarked;
