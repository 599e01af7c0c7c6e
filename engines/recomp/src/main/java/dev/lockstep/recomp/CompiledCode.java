package dev.lockstep.recomp;

/**
 * Base of the classes made for guest code; one holds a few neighbouring blocks. Public fields,
 * constructors and reflection are not involved: its class initializer hands the instance to {@link
 * Binding#accept}.
 */
abstract class CompiledCode {
    /** Executes one of the blocks and returns one of {@link Exit}. */
    abstract int run(int index);
}
