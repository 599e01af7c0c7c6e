package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;

/**
 * A page of a guest's memory.
 *
 * @param address of its first byte
 * @param data 4096 bytes
 */
public record StoredPage(long address, ByteString data) {}
