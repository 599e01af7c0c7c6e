package dev.lockstep.cli;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.EngineSpec;
import dev.lockstep.server.run.Role;

import java.util.ArrayList;
import java.util.List;

/**
 * One engine's place in a run.
 *
 * @param engine what to start; its name is unique in the run
 */
record Seat(EngineArgument engine, Role role) {
    String name() {
        return engine.name();
    }

    EngineSpec spec() {
        return new EngineSpec(name(), role);
    }

    /**
     * Returns the seats of a run, reference first. A name the user did not choose gets a number
     * when it is taken.
     *
     * @throws ConfigException if the user chose the same name twice
     */
    static List<Seat> of(EngineArgument reference, List<EngineArgument> subjects) {
        List<String> names = new ArrayList<>();
        List<EngineArgument> all = new ArrayList<>(subjects);
        all.addFirst(reference);
        for (EngineArgument engine : all) {
            if (engine.named() && names.contains(engine.name())) {
                throw new ConfigException(
                        "engine name '%s' appears twice; every engine of a run needs a name of its own"
                                .formatted(engine.name()));
            }
            names.add(engine.named() ? engine.name() : "");
        }
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            EngineArgument engine = all.get(i);
            if (!engine.named()) {
                names.set(i, freeName(engine.name(), names));
            }
            seats.add(
                    new Seat(engine.renamed(names.get(i)), i == 0 ? Role.REFERENCE : Role.SUBJECT));
        }
        return List.copyOf(seats);
    }

    /** Returns whether every engine is one of ours, so that we know which programs they can run. */
    static boolean areBuiltIn(List<Seat> seats) {
        return seats.stream().allMatch(seat -> seat.engine().builtIn());
    }

    /** Returns whether every engine is one of ours that executes guests, and so can do anything. */
    static boolean execute(List<Seat> seats) {
        return seats.stream().allMatch(seat -> seat.engine().builtIn() && seat.engine().executes());
    }

    private static String freeName(String wish, List<String> taken) {
        String name = wish;
        for (int number = 2; taken.contains(name); number++) {
            name = wish + "-" + number;
        }
        return name;
    }
}
