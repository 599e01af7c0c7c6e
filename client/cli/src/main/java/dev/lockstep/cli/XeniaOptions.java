package dev.lockstep.cli;

import dev.lockstep.cli.text.Quantity;
import dev.lockstep.server.diff.events.AbsentThread;
import dev.lockstep.server.diff.events.Difference;
import dev.lockstep.server.diff.events.EventDiffResult;
import dev.lockstep.server.diff.events.EventDiffResult.LogSummary;
import dev.lockstep.server.diff.events.EventProfile;
import dev.lockstep.server.diff.events.PairResult;
import dev.lockstep.server.diff.events.Side;
import dev.lockstep.server.diff.events.SideNames;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Verdict;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The options and exit codes of diff_events.py of xenia-rs, for scripts that were written for it.
 */
final class XeniaOptions {
    static final String NAME = "xenia";
    static final SideNames NAMES = new SideNames("canary", "ours");

    private static final int DIFFERENT = 1;
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

    @Option(
            names = "--no-canonicalize-allocators",
            description = "Compare what allocators return as it is.")
    boolean rawAllocators;

    @Option(
            names = "--no-canonicalize-host-heap-fields",
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

    /** Returns the profile without what the options turn off. */
    EventProfile applied(EventProfile profile) {
        Set<String> without = new TreeSet<>(disabled());
        if (rawAllocators) {
            without.add("allocators");
        }
        if (rawHostHeap) {
            without.add("host-heap-fields");
        }
        return profile.without(without);
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

    /**
     * Refuses logs that break off, as the original does.
     *
     * @throws ConfigException if one does
     */
    static void checkWhole(EventDiffResult result) {
        for (LogSummary log : List.of(result.reference(), result.subject())) {
            log.cut()
                    .ifPresent(cut -> {
                        throw new ConfigException("%s: %s".formatted(log.name(), cut));
                    });
        }
    }

    /** Tells what the original tells while it works. */
    static void warn(EventDiffResult result, PrintWriter err) {
        for (AbsentThread thread : result.absent()) {
            err.printf(
                    "warn: %s tid %d not in stream; skipping%n",
                    thread.side() == Side.REFERENCE ? NAMES.reference() : NAMES.subject(),
                    thread.tid());
        }
    }

    /**
     * Tells what has to be told at the end, and returns with which code the original would exit.
     */
    int exitCode(EventDiffResult result, PrintWriter err) {
        if (!validateIdentical || result.verdict() != Verdict.DIVERGED) {
            return 0;
        }
        err.println(
                "validate-identical: "
                        + result.firstDifferent()
                                .map(XeniaOptions::validation)
                                .orElse("a thread has no partner, or a rule exceeds its budget"));
        return DIFFERENT;
    }

    private static String validation(PairResult pair) {
        String difference =
                pair.first()
                        .map(it -> difference(it.difference()))
                        .or(() -> pair.trailing().map(XeniaOptions::trailing))
                        .orElseThrow();
        return "divergence in canary_tid=%d at tid_event_idx=%d (%s)"
                .formatted(pair.referenceTid(), pair.matched(), difference);
    }

    /** Says it as the original does, also of names that no terminal should be given. */
    private static String difference(Difference difference) {
        return "%s: %s=%s %s=%s"
                .formatted(
                        difference.place(),
                        NAMES.reference(),
                        difference.referenceText(),
                        NAMES.subject(),
                        difference.subjectText());
    }

    private static String trailing(PairResult.Trailing trailing) {
        return "%s has %s"
                .formatted(
                        NAMES.of(trailing.side()), Quantity.count(trailing.count(), "more event"));
    }
}
