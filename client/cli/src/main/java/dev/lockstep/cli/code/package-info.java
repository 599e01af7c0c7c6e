/** The guest's code as its file has it: disassembled, with the names of places. */
@NullMarked
package dev.lockstep.cli.code;

import org.jspecify.annotations.NullMarked;
