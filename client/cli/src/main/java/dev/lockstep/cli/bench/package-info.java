/** What {@code lockstep bench} measures, and how. */
@NullMarked
package dev.lockstep.cli.bench;

import org.jspecify.annotations.NullMarked;
