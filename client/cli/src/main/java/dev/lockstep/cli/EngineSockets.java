package dev.lockstep.cli;

import dev.lockstep.cli.EngineArgument.Kind;
import dev.lockstep.proto.v1.Exit;
import dev.lockstep.server.LockstepServer;
import dev.lockstep.server.transport.Arrival;
import dev.lockstep.server.transport.PluginListener;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Where the engines of one run connect to: one socket for all, and one for each that says nothing
 * of itself.
 */
final class EngineSockets implements AutoCloseable {
    private final LockstepServer server;
    private final String run;
    private final List<PluginListener> plugins = new ArrayList<>();
    private final Map<String, CompletableFuture<Optional<Exit>>> exits = new HashMap<>();

    EngineSockets(LockstepServer server, String run) {
        this.server = server;
        this.run = run;
    }

    /**
     * Returns the socket for an engine, at which somebody listens.
     *
     * @throws dev.lockstep.server.run.ConfigException if it cannot be created
     */
    Path of(Seat seat) {
        if (seat.engine().kind() != Kind.QEMU_LOCKSTEP) {
            return server.engineSocket();
        }
        CompletableFuture<Optional<Exit>> exit = new CompletableFuture<>();
        PluginListener plugin =
                server.openPlugin(
                        run,
                        seat.role(),
                        seat.name(),
                        new Arrival() {
                            @Override
                            public CompletableFuture<Optional<Exit>> exit() {
                                return exit;
                            }
                        });
        plugins.add(plugin);
        exits.put(seat.name(), exit);
        return plugin.socket();
    }

    /** Lets the run know how an engine that does not say so itself has ended. */
    void tellExit(EngineProcess engine) {
        CompletableFuture<Optional<Exit>> exit = exits.get(engine.name());
        if (exit != null) {
            exit.complete(engine.exitOfGuest());
        }
    }

    @Override
    public void close() {
        plugins.forEach(PluginListener::close);
    }
}
