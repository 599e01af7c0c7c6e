package dev.lockstep.server.snapshot;

/**
 * A piece of content, ready to be kept.
 *
 * @param isNode whether it names others, as {@link Node} has it
 */
record Blob(Hash hash, boolean isNode, Packed packed) {}
