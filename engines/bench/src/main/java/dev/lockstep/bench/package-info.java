/**
 * JMH benchmarks of what is executed most: the decoder, the path to guest memory, the way from
 * block to block. {@code lockstep bench} measures whole engines; these say which part of one became
 * slower. Run by {@code mvn -Pbench}, see docs/benchmarks.md.
 */
@NullMarked
package dev.lockstep.bench;

import org.jspecify.annotations.NullMarked;
