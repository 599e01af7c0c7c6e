/** How things are written for people and programs: amounts, tables, colours, words, JSON. */
@NullMarked
package dev.lockstep.cli.text;

import org.jspecify.annotations.NullMarked;
