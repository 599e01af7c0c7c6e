package dev.lockstep.cli;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Grain;
import dev.lockstep.server.run.InputRecord;
import dev.lockstep.server.run.Inputs;
import dev.lockstep.server.run.Limits;
import dev.lockstep.server.run.Policy;
import dev.lockstep.server.run.RunSpec;
import dev.lockstep.server.run.Window;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code lockstep run} was asked to do.
 *
 * @param seats the engines, reference first
 * @param program as typed; the guest's argv[0]
 * @param arguments the guest's further arguments
 * @param guest what the guest finds around it
 * @param code what the program's file has, as far as we can read it
 * @param command the whole command line, for people
 * @param guestScreen where the guest's standard output goes; empty for ours
 * @param inputs where what the guest asks of the world comes from
 * @param snapshots what the run has to do with snapshots
 * @param detail the part that is to be compared, and nothing else; empty for what was asked
 * @param number which run of this process it is, from 1
 * @param environment what the engines' processes find in theirs beside ours
 */
record RunPlan(
        List<Seat> seats,
        String program,
        List<String> arguments,
        GuestOptions guest,
        GrainOption grain,
        ComparisonOptions comparison,
        GuestCode code,
        Duration connectTimeout,
        Duration idleTimeout,
        Path stateDirectory,
        String command,
        Optional<StatusLine> guestScreen,
        Inputs inputs,
        PlannedSnapshots snapshots,
        Optional<Detail> detail,
        int number,
        Map<String, String> environment) {
    private static final int MAX_NAME_LENGTH = 48;

    /**
     * A part of a run.
     *
     * @param singly whether every instruction is compared by itself, as far as engines can do that
     * @param maxTime how long the whole may take
     */
    record Detail(long fromStep, long untilStep, boolean singly, Duration maxTime) {
        RunSpec.Builder addTo(RunSpec.Builder spec) {
            return spec.grain(Grain.BLOCK)
                    .policy(Policy.STOP)
                    .window(new Window(null, fromStep, untilStep, singly))
                    .limits(new Limits(null, maxTime))
                    .events(false);
        }
    }

    RunPlan {
        seats = List.copyOf(seats);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** Returns whether every engine asks the world itself, so that guests print on all sides. */
    boolean hasOwnInputs() {
        return seats.stream().anyMatch(seat -> seat.engine().kind().isQemu());
    }

    /** Returns the same plan for an engine whose guest starts elsewhere. */
    RunPlan startingIn(Path place) {
        return with(
                guest.startingIn(place), command, guestScreen, inputs, detail, number, environment);
    }

    /** Returns the same plan with another place for the guest's standard output. */
    RunPlan withGuestScreen(StatusLine screen) {
        return with(command, Optional.of(screen), inputs, detail);
    }

    /** Returns the same plan for a run that another line started. */
    RunPlan withCommand(String line) {
        return with(line, guestScreen, inputs, detail);
    }

    /** Returns the same plan with the inputs of an earlier run. */
    RunPlan repeating(InputRecord record) {
        return with(command, guestScreen, inputs.repeating(record), detail);
    }

    /** Returns the same plan for a closer look at a part. */
    RunPlan closer(Detail part) {
        return with(command, guestScreen, inputs, Optional.of(part));
    }

    private RunPlan with(
            String newCommand,
            Optional<StatusLine> newScreen,
            Inputs newInputs,
            Optional<Detail> newDetail) {
        return with(guest, newCommand, newScreen, newInputs, newDetail, number, environment);
    }

    /**
     * Returns the same plan as one of several of this process.
     *
     * @param runNumber from 1
     * @param variables what the engines' processes find in their environment beside ours
     */
    RunPlan asOneOfMany(int runNumber, Map<String, String> variables) {
        return with(guest, command, guestScreen, inputs, detail, runNumber, variables);
    }

    private RunPlan with(
            GuestOptions newGuest,
            String newCommand,
            Optional<StatusLine> newScreen,
            Inputs newInputs,
            Optional<Detail> newDetail,
            int newNumber,
            Map<String, String> newEnvironment) {
        return new RunPlan(
                seats,
                program,
                arguments,
                newGuest,
                grain,
                comparison,
                code,
                connectTimeout,
                idleTimeout,
                stateDirectory,
                newCommand,
                newScreen,
                newInputs,
                newDetail.isPresent() ? snapshots.withoutOrders() : snapshots,
                newDetail,
                newNumber,
                newEnvironment);
    }

    /**
     * Returns the run to create; its name is the program's and this process's.
     *
     * @throws ConfigException if what was asked for does not go together
     */
    RunSpec spec() {
        List<EngineSpec> engines = seats.stream().map(Seat::spec).toList();
        RunSpec.Builder spec =
                grain.addTo(RunSpec.builder(name(), engines, command), usualGrain())
                        .inputs(inputs)
                        .connectTimeout(connectTimeout)
                        .idleTimeout(idleTimeout);
        try {
            comparison.addTo(spec, code);
            snapshots.addTo(spec);
            detail.ifPresent(part -> part.addTo(spec));
            return spec.build();
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Engines of others may not be able to do windows, and a grain is never lowered silently; what
     * speaks for others is too slow for windows of the usual length.
     */
    private Grain usualGrain() {
        return Seat.execute(seats) && !comparison.needsBlocks() ? Grain.WINDOW : Grain.BLOCK;
    }

    /** Returns what is to be told while the run goes on. */
    Commentary commentary() {
        return new Commentary(comparison.tellsDivergences(), code);
    }

    private String name() {
        String file = program.substring(program.lastIndexOf('/') + 1);
        String name = file.replaceAll("[^A-Za-z0-9._-]", "-");
        return name.substring(0, Math.min(name.length(), MAX_NAME_LENGTH))
                + "-"
                + ProcessHandle.current().pid()
                + (number == 1 ? "" : "-" + number)
                + (detail.isPresent() ? "-rerun" : "");
    }
}
