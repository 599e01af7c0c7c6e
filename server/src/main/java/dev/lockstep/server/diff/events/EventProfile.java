package dev.lockstep.server.diff.events;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Rules for comparing two event logs.
 *
 * @param name of the profile
 * @param sha256 of what it was read from, 64 hexadecimal digits in lower case
 * @param without names of rules that were left out, in alphabetical order
 * @param threads how threads are paired and what of them must agree
 * @param namesFirst whether the field {@code name} is compared before all others
 * @param wholeFields whether a difference within a field is told as one of the whole field
 * @param local events that are not compared
 * @param counted kinds whose number is told
 * @param ignored fields that are not compared
 * @param priorities fields that are compared before the others, in this order
 * @param renamings applied in this order, before anything is compared
 * @param identities classes of ids
 * @param absorbers asked in this order, where events differ
 */
public record EventProfile(
        String name,
        String sha256,
        List<String> without,
        Threads threads,
        boolean namesFirst,
        boolean wholeFields,
        List<KindPattern> local,
        List<KindPattern> counted,
        List<Ignored> ignored,
        List<Priority> priorities,
        List<Renaming> renamings,
        List<Identity> identities,
        List<Absorber> absorbers) {
    /** Rules of every sort together, at most. */
    public static final int MAX_RULES = 1000;

    /** Fields that rules of every sort name, at most: rules are held against one another. */
    public static final int MAX_FIELDS = 4096;

    /** Renamings, at most: a byte counts those of an event. */
    public static final int MAX_RENAMINGS = 255;

    /**
     * What is asked of threads.
     *
     * @param pairing which are compared with which
     * @param unpairedAllowed whether a thread may have no partner
     * @param trailingAllowed whether one of a pair may have more events at its end
     * @param lenientOrder whether indexes need not rise where one equals its place in the thread
     */
    public record Threads(
            Pairing pairing,
            boolean unpairedAllowed,
            boolean trailingAllowed,
            boolean lenientOrder) {}

    /** How threads find their partners. */
    public sealed interface Pairing {
        /** By their number. */
        record SameNumber() implements Pairing {}

        /**
         * By a field of the first event of a kind; those that have it in common in the order of
         * their numbers. Threads without such an event have no partner.
         *
         * @param kind of the event; {@code *} for the first event with the field, whatever its kind
         * @param field of its payload
         */
        record FirstEvent(KindPattern kind, String field) implements Pairing {}

        /** By their number if both logs have the same numbers, else as the other says. */
        record Automatic(FirstEvent otherwise) implements Pairing {}
    }

    /** Fields of some events that are not compared. */
    public record Ignored(KindPattern kind, List<FieldPath> fields) {
        public Ignored {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A field of some events that is compared before the others if both sides have it.
     *
     * @param kind of the events
     * @param field of their payload
     * @param byMember whether it is an object whose members are told apart
     */
    public record Priority(KindPattern kind, String field, boolean byMember) {}

    /** Copies. */
    public EventProfile {
        without = List.copyOf(without);
        local = List.copyOf(local);
        counted = List.copyOf(counted);
        ignored = List.copyOf(ignored);
        priorities = List.copyOf(priorities);
        renamings = List.copyOf(renamings);
        identities = List.copyOf(identities);
        absorbers = List.copyOf(absorbers);
    }

    /** Returns the rules that have names. */
    public List<NamedRule> namedRules() {
        return Stream.concat(renamings.stream().map(NamedRule.class::cast), absorbers.stream())
                .toList();
    }

    /**
     * Returns the profile without some of its named rules.
     *
     * @throws IllegalArgumentException if there is no rule of such a name
     */
    public EventProfile without(Set<String> names) {
        List<String> known = namedRules().stream().map(NamedRule::name).sorted().toList();
        List<String> unknown = names.stream().filter(it -> !known.contains(it)).sorted().toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "no rule %s in profile %s (expected: %s)"
                            .formatted(
                                    String.join(", ", unknown),
                                    name,
                                    known.isEmpty() ? "it has none" : String.join(", ", known)));
        }
        Set<String> left = new TreeSet<>(names);
        left.addAll(without);
        return changed(List.copyOf(left), threads, rule -> !names.contains(rule.name()));
    }

    /** Returns the profile with other demands on threads. */
    public EventProfile with(Threads newThreads) {
        return changed(without, newThreads, _ -> true);
    }

    private EventProfile changed(
            List<String> newWithout, Threads newThreads, Predicate<NamedRule> kept) {
        return new EventProfile(
                name,
                sha256,
                newWithout,
                newThreads,
                namesFirst,
                wholeFields,
                local,
                counted,
                ignored,
                priorities,
                renamings.stream().filter(kept).toList(),
                identities,
                absorbers.stream().filter(kept).toList());
    }
}
