package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Hello;

import java.util.ArrayList;
import java.util.List;

/** What a reader of a verdict might believe was compared and was not. */
final class Caveats {
    private Caveats() {}

    /** Returns a note for everything that was left out. */
    static List<String> of(RunSpec spec, Strength strength, Hello reference, List<Hello> subjects) {
        List<String> notes = new ArrayList<>();
        switch (strength) {
            case FULL -> {}
            case COMMIT ->
                    notes.add(
                            spec.grain() == Grain.WINDOW
                                    ? "commit only: registers were compared at the ends of windows,"
                                            + " their values between stores were not"
                                    : "commit only: register writes were not compared before the"
                                            + " end");
            case PATH ->
                    notes.add("path only: registers and memory were not compared before the end");
            case PC -> notes.add("pc only: registers and memory were not compared before the end");
        }
        if (spec.profile().isQemu()) {
            notes.add("profile qemu: before the end, only where blocks start was compared");
        }
        for (Hello subject : subjects) {
            if (sameEngine(reference, subject)) {
                notes.add(
                        "the same engine on both sides: %s, %s"
                                .formatted(reference.getName(), subject.getName()));
            }
        }
        return notes;
    }

    private static boolean sameEngine(Hello one, Hello other) {
        if (one.getBuildDigest().isEmpty() || other.getBuildDigest().isEmpty()) {
            return one.getImplementation().equals(other.getImplementation());
        }
        return one.getBuildDigest().equals(other.getBuildDigest());
    }
}
