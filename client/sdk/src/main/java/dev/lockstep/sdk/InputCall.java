package dev.lockstep.sdk;

import java.util.List;

/**
 * A question to the world, as one engine asks it. Two engines ask the same question when these are
 * equal.
 *
 * @param step step number of the asking instruction
 * @param pc address of the asking instruction
 * @param number system call number, negative for what is no system call
 * @param arguments the arguments the call has, at most 6
 * @param outputBytes how many bytes it hands to the world
 * @param outputDigest XXH3-64 of these bytes, 0 when there are none
 */
public record InputCall(
        long step,
        long pc,
        long number,
        List<Long> arguments,
        long outputBytes,
        long outputDigest) {
    public InputCall {
        arguments = List.copyOf(arguments);
    }
}
