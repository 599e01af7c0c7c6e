/** Profiles: rules that say which differences to ignore, read from a file (docs/profiles.md). */
@NullMarked
package dev.lockstep.cli.profile;

import org.jspecify.annotations.NullMarked;
