package dev.lockstep.cli;

import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The options of diff_events.py of xenia-rs, for scripts that were written for it. */
final class XeniaOptions {
    static final String NAME = "xenia";
    static final SideNames NAMES = new SideNames("canary", "ours");

    private static final String RAW_ALLOCATORS = "--no-canonicalize-allocators";
    private static final String RAW_HOST_HEAP = "--no-canonicalize-host-heap-fields";
    private static final Set<String> ABSORBERS =
            new TreeSet<>(List.of("shared-global", "wait-begin", "nested-cs"));

    @Option(names = "--canary", paramLabel = "FILE", description = "The reference's log.")
    @Nullable Path canary;

    @Option(names = "--ours", paramLabel = "FILE", description = "The subject's log.")
    @Nullable Path ours;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the report there instead of to standard output.")
    @Nullable Path out;

    @Option(
            names = "--validate-identical",
            description = "Exit with 1 if a pair of threads differs.")
    boolean validateIdentical;

    @Option(names = RAW_ALLOCATORS, description = "Compare what allocators return as it is.")
    boolean rawAllocators;

    @Option(
            names = RAW_HOST_HEAP,
            description = "Compare addresses on the host's heap as they are.")
    boolean rawHostHeap;

    @Option(
            names = "--disable-absorber",
            paramLabel = "NAME,...",
            description = "Leave out shared-global, wait-begin or nested-cs.")
    @Nullable String disabledAbsorbers;

    @Option(
            names = "--emit-absorbed-events",
            paramLabel = "FILE",
            description = "Write every absorbed event there.")
    @Nullable Path absorbedEvents;

    /**
     * Returns the profile without what the options turn off.
     *
     * @throws ConfigException if it has no such rule
     */
    EventProfile applied(EventProfile profile) {
        EventProfile rest = DiffEventsCommand.without(profile, "--disable-absorber", disabled());
        if (rawAllocators) {
            rest = DiffEventsCommand.without(rest, RAW_ALLOCATORS, Set.of("allocators"));
        }
        if (rawHostHeap) {
            rest = DiffEventsCommand.without(rest, RAW_HOST_HEAP, Set.of("host-heap-fields"));
        }
        return rest;
    }

    private Set<String> disabled() {
        Set<String> names = new TreeSet<>();
        for (String name :
                disabledAbsorbers == null ? new String[0] : disabledAbsorbers.split(",")) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        Set<String> unknown = new TreeSet<>(names);
        unknown.removeAll(ABSORBERS);
        if (!unknown.isEmpty()) {
            throw new ConfigException(
                    "--disable-absorber: unknown name(s) %s. Valid: %s"
                            .formatted(list(unknown), list(ABSORBERS)));
        }
        return names;
    }

    private static String list(Set<String> names) {
        return names.stream().collect(Collectors.joining("', '", "['", "']"));
    }
}
