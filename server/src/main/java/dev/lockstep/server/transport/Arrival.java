package dev.lockstep.server.transport;

import dev.lockstep.proto.v1.Exit;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Whoever waits for a plugin of QEMU: hears of it, and may know more of its QEMU. Thread-safe. */
public interface Arrival {
    /** The plugin has its place; told on the coordinator's thread. */
    default void joined() {}

    /** The plugin got no place; told on the coordinator's thread. */
    default void refused(String why) {}

    /** Returns how the QEMU ends, as far as somebody here will know; empty for not at all. */
    default CompletableFuture<Optional<Exit>> exit() {
        return CompletableFuture.completedFuture(Optional.empty());
    }
}
