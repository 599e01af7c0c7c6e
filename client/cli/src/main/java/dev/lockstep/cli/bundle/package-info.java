/** Bundles: one file with all it takes to run the same again elsewhere. */
@NullMarked
package dev.lockstep.cli.bundle;

import org.jspecify.annotations.NullMarked;
