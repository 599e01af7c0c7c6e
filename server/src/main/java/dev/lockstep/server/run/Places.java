package dev.lockstep.server.run;

import dev.lockstep.proto.v1.ErrorCode;
import dev.lockstep.proto.v1.Hello;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The places of a run, in the order of its description: who has come, and who may still come. */
final class Places {
    private final String run;
    private final List<Place> all;
    private final Place reference;

    /**
     * Creates the places of a run.
     *
     * @param all one of them the reference's
     */
    Places(String run, List<Place> all) {
        this.run = run;
        this.all = List.copyOf(all);
        reference =
                all.stream()
                        .filter(place -> place.spec().role() == Role.REFERENCE)
                        .findFirst()
                        .orElseThrow();
    }

    List<Place> all() {
        return all;
    }

    Place reference() {
        return reference;
    }

    List<Place> subjects() {
        return all.stream().filter(place -> place != reference).toList();
    }

    /** Returns whether everybody is there. */
    boolean full() {
        return all.stream().allMatch(Place::connected);
    }

    /**
     * Lets two engines that can exchange their records among themselves; returns whether they do.
     */
    boolean pair() {
        return all.size() == 2 && all.getFirst().pairWith(all.getLast());
    }

    /** Returns whether nobody is there, any more or yet. */
    boolean empty() {
        return all.stream().noneMatch(Place::connected);
    }

    /** Returns the introductions of all who ever came. */
    List<Hello> hellos() {
        return hellos(all);
    }

    /** Returns the introductions of the subjects that ever came. */
    List<Hello> subjectHellos() {
        return hellos(subjects());
    }

    private static List<Hello> hellos(List<Place> places) {
        return places.stream().map(Place::hello).filter(Objects::nonNull).toList();
    }

    /** Returns the place for a newcomer: that of its name, or else an open one. */
    Place free(Hello hello) throws ProtocolException {
        checkNewcomer(hello);
        boolean named = all.stream().anyMatch(place -> place.isNamed(hello.getName()));
        return all.stream()
                .filter(place -> named ? place.isNamed(hello.getName()) : place.spec().isOpen())
                .filter(place -> place.spec().role().wire() == hello.getRole())
                .filter(place -> !place.connected())
                .findFirst()
                .orElseThrow(() -> noPlace(hello));
    }

    /** Refuses a Hello that fits no run at all. */
    static void checkNewcomer(Hello hello) throws ProtocolException {
        try {
            EngineSpec.checkName("Hello.run", hello.getRun());
            EngineSpec.checkName("Hello.name", hello.getName());
        } catch (IllegalArgumentException e) {
            throw ProtocolException.badFrame(String.valueOf(e.getMessage()));
        }
        if (Role.of(hello.getRole()).isEmpty()) {
            throw ProtocolException.badFrame(
                    "Hello.role: " + hello.getRole() + " (expected: reference or subject)");
        }
    }

    private ProtocolException noPlace(Hello hello) {
        boolean nameTaken = all.stream().anyMatch(p -> p.connected() && p.isNamed(hello.getName()));
        String free =
                all.stream()
                        .filter(place -> !place.connected())
                        .map(place -> place.spec().text())
                        .collect(Collectors.joining(", "));
        return new ProtocolException(
                ErrorCode.ERROR_CODE_PLACE_TAKEN,
                nameTaken
                        ? "run \"%s\" has an engine \"%s\" already; choose another --name (free: %s)"
                                .formatted(run, hello.getName(), free)
                        : "run \"%s\" has no place for %s \"%s\"; choose --role and --name of a free one: %s"
                                .formatted(
                                        run,
                                        Role.of(hello.getRole()).orElseThrow().text(),
                                        hello.getName(),
                                        free));
    }
}
