/** Holds the whole project to its own rules: the arrows between packages, sizes, links. */
@NullMarked
package dev.lockstep.house;

import org.jspecify.annotations.NullMarked;
