package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

import java.nio.file.Path;

/** What a call of a service failed of, as a user is told. */
final class ServiceFailure {
    private ServiceFailure() {}

    /**
     * Returns the exception that says it.
     *
     * @param what was asked for
     */
    static RuntimeException of(String what, Path socket, StatusRuntimeException failure) {
        Status status = failure.getStatus();
        String told = String.valueOf(status.getDescription());
        return switch (status.getCode()) {
            case UNAVAILABLE ->
                    new ConfigException(
                            "%s: no coordinator answers at %s; it may have ended meanwhile"
                                    .formatted(what, socket),
                            failure);
            case INTERNAL, UNKNOWN -> new IllegalStateException(what + ": " + told, failure);
            default -> new ConfigException(told, failure);
        };
    }
}
