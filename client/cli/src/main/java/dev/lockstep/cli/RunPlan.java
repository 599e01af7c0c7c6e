package dev.lockstep.cli;

import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Strength;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What {@code lockstep run} was asked to do.
 *
 * @param seats the engines, reference first
 * @param program as typed; the guest's argv[0]
 * @param arguments the guest's further arguments
 * @param command the whole command line, for people
 */
record RunPlan(
        List<Seat> seats,
        String program,
        List<String> arguments,
        Grain grain,
        Duration connectTimeout,
        Duration idleTimeout,
        Path stateDirectory,
        String command) {
    private static final int MAX_NAME_LENGTH = 48;

    RunPlan {
        seats = List.copyOf(seats);
        arguments = List.copyOf(arguments);
    }

    /** Returns whether every engine is one of ours, so that we know which programs they can run. */
    boolean isBuiltInOnly() {
        return seats.stream().allMatch(seat -> seat.engine().builtIn());
    }

    /** Returns the run to create; its name is the program's and this process's. */
    RunSpec spec() {
        List<EngineSpec> engines = seats.stream().map(Seat::spec).toList();
        return new RunSpec(
                name(), engines, grain, Strength.FULL, connectTimeout, idleTimeout, command);
    }

    private String name() {
        String file = program.substring(program.lastIndexOf('/') + 1);
        String name = file.replaceAll("[^A-Za-z0-9._-]", "-");
        return name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH))
                + "-"
                + ProcessHandle.current().pid();
    }
}
