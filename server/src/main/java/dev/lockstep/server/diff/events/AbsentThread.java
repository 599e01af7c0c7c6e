package dev.lockstep.server.diff.events;

/** A thread that the user named and that its log does not have. */
public record AbsentThread(Side side, long tid) {}
