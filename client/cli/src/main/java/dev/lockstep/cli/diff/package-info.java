/** What a comparison of event logs came to, for people and for programs. */
@NullMarked
package dev.lockstep.cli.diff;

import org.jspecify.annotations.NullMarked;
