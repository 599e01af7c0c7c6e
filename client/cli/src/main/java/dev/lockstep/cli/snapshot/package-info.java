/** Snapshots, on the screen and in files. */
@NullMarked
package dev.lockstep.cli.snapshot;

import org.jspecify.annotations.NullMarked;
