/** What {@code lockstep selftest} tries, and how it judges what comes of it. */
@NullMarked
package dev.lockstep.cli.selftest;

import org.jspecify.annotations.NullMarked;
