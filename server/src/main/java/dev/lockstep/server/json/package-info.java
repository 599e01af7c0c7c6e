/** JSON as Python's json module reads, compares and writes it. */
@NullMarked
package dev.lockstep.server.json;

import org.jspecify.annotations.NullMarked;
