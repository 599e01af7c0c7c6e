/** A certificate authority of two: what a coordinator and its engines show each other. */
@NullMarked
package dev.lockstep.cli.certs;

import org.jspecify.annotations.NullMarked;
