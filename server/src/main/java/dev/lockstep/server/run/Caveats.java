package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Hello;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a reader of a verdict might believe was compared and was not. */
final class Caveats {
    /** Registers of one engine that a note names; further ones are counted. */
    private static final int SHOWN_REGISTERS = 16;

    private Caveats() {}

    /** Returns a note for everything that was left out. */
    static List<String> of(
            RunSpec spec, Agreement.Terms terms, Hello reference, List<Hello> subjects) {
        List<String> notes = new ArrayList<>();
        ofStrength(spec, terms).ifPresent(notes::add);
        List<Hello> all = Stream.concat(Stream.of(reference), subjects.stream()).toList();
        notes.addAll(ofRegisters(spec, terms, all));
        if (terms.ownInputs()) {
            notes.add(
                    "inputs: own: every engine asked the world itself; what it asked and was"
                            + " answered was not compared");
        }
        if (spec.profile().isQemu()) {
            notes.add("profile qemu: before the end, only where blocks start was compared");
        }
        ofUnstated(reference).ifPresent(notes::add);
        subjects.forEach(subject -> ofUnstated(subject).ifPresent(notes::add));
        for (Hello subject : subjects) {
            if (sameEngine(reference, subject)) {
                notes.add(
                        "the same engine on both sides: %s, %s"
                                .formatted(reference.getName(), subject.getName()));
            }
        }
        return notes;
    }

    private static Optional<String> ofStrength(RunSpec spec, Agreement.Terms terms) {
        String until = terms.ownInputs() ? "" : " before the end";
        return switch (terms.strength()) {
            case FULL -> Optional.empty();
            case COMMIT ->
                    Optional.of(
                            spec.grain() == Grain.WINDOW
                                    ? "commit only: registers were compared at the ends of windows,"
                                            + " their values between stores were not"
                                    : "commit only: register writes were not compared before the"
                                            + " end");
            case PATH -> Optional.of("path only: registers and memory were not compared" + until);
            case REGISTERS -> Optional.of("registers only: memory was not compared before the end");
            case PC -> Optional.of("pc only: registers and memory were not compared" + until);
        };
    }

    private static List<String> ofRegisters(
            RunSpec spec, Agreement.Terms terms, List<Hello> engines) {
        if (terms.strength() == Strength.REGISTERS) {
            return engines.stream().flatMap(it -> ofLeftOut(it, terms.registers())).toList();
        }
        boolean couldBe =
                spec.strength().compareTo(Strength.REGISTERS) >= 0
                        && terms.strength().compareTo(Strength.REGISTERS) < 0
                        && spec.grain() != Grain.WINDOW
                        && !terms.ownInputs()
                        && !spec.profile().isQemu();
        return couldBe && Agreement.allTellRegisters(engines.stream())
                ? List.of("the engines have no register in common, of the same name and width")
                : List.of();
    }

    private static Stream<String> ofLeftOut(Hello engine, RegisterFile compared) {
        List<RegisterFile.Register> leftOut = RegisterFile.of(engine).without(compared).registers();
        if (leftOut.isEmpty()) {
            return Stream.of();
        }
        String names =
                leftOut.stream()
                        .limit(SHOWN_REGISTERS)
                        .map(RegisterFile.Register::toString)
                        .collect(Collectors.joining(", "));
        int more = Math.max(0, leftOut.size() - SHOWN_REGISTERS);
        return Stream.of(
                "not compared of %s, as not every engine has it in this name and width: %s%s"
                        .formatted(
                                engine.getName(),
                                names,
                                more == 0 ? "" : " and %d more".formatted(more)));
    }

    private static Optional<String> ofUnstated(Hello engine) {
        List<String> unstated = Agreement.unstated(engine);
        return unstated.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "%s did not say what it has as %s: that this is the same was not checked"
                                .formatted(engine.getName(), String.join(", ", unstated)));
    }

    private static boolean sameEngine(Hello one, Hello other) {
        if (one.getBuildDigest().isEmpty() || other.getBuildDigest().isEmpty()) {
            return one.getImplementation().equals(other.getImplementation());
        }
        return one.getBuildDigest().equals(other.getBuildDigest());
    }
}
