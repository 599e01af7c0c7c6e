/** A run's account, on the screen and in files. */
@NullMarked
package dev.lockstep.cli.report;

import org.jspecify.annotations.NullMarked;
