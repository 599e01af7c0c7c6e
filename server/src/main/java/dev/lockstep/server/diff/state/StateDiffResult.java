package dev.lockstep.server.diff.state;

import java.util.List;
import java.util.Map;

/**
 * What comparing two states came to.
 *
 * @param profile the rules
 * @param reference what the user calls the state that is taken as right
 * @param subject what the user calls the state under test
 * @param gates what must hold, in the order of the profile
 * @param stop whether the rest cannot be interpreted
 * @param documents in the order in which they were compared
 * @param differenceCount of all documents
 * @param differences the first of these, in the order in which they were found
 */
public record StateDiffResult(
        StateProfile profile,
        String reference,
        String subject,
        List<GateResult> gates,
        boolean stop,
        List<DocumentResult> documents,
        long differenceCount,
        List<StateDifference> differences) {
    /**
     * A gate and what it was held against.
     *
     * @param reference what the reference has
     * @param subject what the subject has
     * @param holds whether it holds
     */
    public record GateResult(String name, String reference, String subject, boolean holds) {}

    /** How a document came out. */
    public enum Status {
        /** Compared, and nothing differs. */
        EQUAL,
        /** Compared, and something differs. */
        DIVERGED,
        /** By the manifests of both sides, which hold. */
        IDENTICAL,
        MISSING_IN_REFERENCE,
        MISSING_IN_SUBJECT,
        /** On neither side, and that is no difference. */
        ABSENT
    }

    /**
     * A document.
     *
     * @param counts how many differences there are of each class that has any, in the profile's
     *     order
     */
    public record DocumentResult(String name, Status status, Map<String, Long> counts) {}

    public StateVerdict verdict() {
        if (stop) {
            return StateVerdict.STOP;
        }
        if (differenceCount > 0) {
            return StateVerdict.DIVERGED;
        }
        boolean compared =
                documents.stream()
                        .anyMatch(it ->
                                it.status() == Status.EQUAL || it.status() == Status.IDENTICAL);
        return compared ? StateVerdict.MATCH : StateVerdict.VACUOUS;
    }

    /** Returns how many differences there are of a class. */
    public long count(String className) {
        return documents.stream().mapToLong(it -> it.counts().getOrDefault(className, 0L)).sum();
    }
}
