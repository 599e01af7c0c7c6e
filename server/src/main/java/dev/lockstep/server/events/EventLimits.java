package dev.lockstep.server.events;

/**
 * What event logs never exceed.
 *
 * @param storedBytes of the log of one engine on the disk. What is beyond it is counted and left
 *     out, and the run goes on
 * @param queuedBytes of one run that wait for the disk before its engines get no more credit. What
 *     they may do under the credit they have comes on top
 * @param roomBytes of one run that wait for the disk at most. What is beyond it is counted and left
 *     out: so much comes only from an engine that sends events without doing anything
 */
public record EventLimits(long storedBytes, long queuedBytes, long roomBytes) {
    public static final EventLimits DEFAULT = new EventLimits(4L << 30, 16 << 20, 256 << 20);
}
