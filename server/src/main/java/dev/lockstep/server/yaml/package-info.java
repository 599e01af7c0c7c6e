/** What users write: YAML values that know where they stand, so that a message can say it. */
@NullMarked
package dev.lockstep.server.yaml;

import org.jspecify.annotations.NullMarked;
