package dev.lockstep.server.diff.events;

import dev.lockstep.server.json.Fingerprint;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Set;

/** What has to be known of a kind of events to take them up without making values of them. */
final class PlainKind {
    private final KindRules rules;
    private final boolean needsValues;
    private final long[] ignored;
    private final @Nullable PlainRenaming renaming;

    PlainKind(KindRules rules) {
        this.rules = rules;
        this.ignored = fingerprints(rules.ignored());
        this.renaming =
                rules.renamings().size() == 1
                        ? PlainRenaming.of(rules.renamings().getFirst())
                        : null;
        this.needsValues =
                !rules.ignoredWithin().isEmpty()
                        || !rules.identities().isEmpty()
                        || (!rules.renamings().isEmpty() && renaming == null)
                        || renamesIgnored(rules);
    }

    private static boolean renamesIgnored(KindRules rules) {
        return rules.renamings().stream()
                .flatMap(it -> it.fields().stream())
                .anyMatch(it -> !rules.compares(it.name()));
    }

    KindRules rules() {
        return rules;
    }

    static long[] fingerprints(Set<String> texts) {
        return texts.stream().mapToLong(Fingerprint::ofText).sorted().toArray();
    }

    /** Returns whether the rules for this kind have to look at values. */
    boolean needsValues() {
        return needsValues;
    }

    /** Returns the only renaming of this kind, if there is one. */
    @Nullable PlainRenaming renaming() {
        return renaming;
    }

    /** Returns whether a field is compared, by the fingerprint of its name. */
    boolean compares(long name) {
        return ignored.length == 0 || Arrays.binarySearch(ignored, name) < 0;
    }
}
