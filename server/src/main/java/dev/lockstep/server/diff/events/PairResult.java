package dev.lockstep.server.diff.events;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What comparing two threads came to.
 *
 * @param referenceTid the reference's thread
 * @param subjectTid the subject's
 * @param matched pairs of equal events, up to the first difference
 * @param referenceSize events of the reference's thread, also those that are not compared
 * @param subjectSize events of the subject's, likewise
 * @param lastMatched the last equal pairs up to there, at most five
 * @param first the first difference, if there is one
 * @param trailing events that one side has at the end when the other has none left
 * @param absorbed how many events each absorber absorbed, by its name
 * @param regions where the threads differ; empty unless that was asked for
 * @param regionsComplete whether these are all
 */
public record PairResult(
        long referenceTid,
        long subjectTid,
        long matched,
        long referenceSize,
        long subjectSize,
        List<EventPair> lastMatched,
        Optional<FirstDifference> first,
        Optional<Trailing> trailing,
        Map<String, SideCounts> absorbed,
        List<Region> regions,
        boolean regionsComplete) {
    /** What a region without its text is counted as. */
    private static final int REGION_WEIGHT = 64;

    /** Returns whether the threads differ. */
    public boolean isDifferent() {
        return first.isPresent() || trailing.isPresent();
    }

    /** Returns about how many characters it keeps. */
    long weight() {
        return Stream.of(
                                lastMatched.stream()
                                        .flatMap(it -> Stream.of(it.reference(), it.subject())),
                                first.stream().flatMap(FirstDifference::events),
                                trailing.stream().map(Trailing::first))
                        .flatMap(it -> it)
                        .mapToLong(ShownEvent::weight)
                        .sum()
                + regions.stream().mapToLong(it -> REGION_WEIGHT + it.text().length()).sum();
    }

    /** Two equal events. */
    public record EventPair(ShownEvent reference, ShownEvent subject) {}

    /**
     * Two events that differ, where no absorber helps.
     *
     * @param position pairs of equal events before
     * @param reference the reference's event
     * @param subject the subject's
     * @param difference what they differ in
     * @param nextReference the event after the reference's, if there is one
     * @param nextSubject the one after the subject's
     */
    public record FirstDifference(
            long position,
            ShownEvent reference,
            ShownEvent subject,
            Difference difference,
            Optional<ShownEvent> nextReference,
            Optional<ShownEvent> nextSubject) {
        private Stream<ShownEvent> events() {
            return Stream.of(
                            Optional.of(reference),
                            Optional.of(subject),
                            nextReference,
                            nextSubject)
                    .flatMap(Optional::stream);
        }
    }

    /**
     * Events of one side behind the end of the other.
     *
     * @param side whose they are
     * @param count how many
     * @param first the first of them
     */
    public record Trailing(Side side, long count, ShownEvent first) {}

    /** A number for each side. */
    public record SideCounts(long reference, long subject) {
        static final SideCounts NONE = new SideCounts(0, 0);

        SideCounts plus(Side side, long count) {
            return side == Side.REFERENCE
                    ? new SideCounts(reference + count, subject)
                    : new SideCounts(reference, subject + count);
        }

        /** Returns the sum. */
        public SideCounts plus(SideCounts other) {
            return new SideCounts(reference + other.reference, subject + other.subject);
        }

        /** Returns both together. */
        public long total() {
            return reference + subject;
        }
    }

    /**
     * A stretch in which the threads differ, between stretches in which they agree.
     *
     * @param referenceStart events of the reference's thread before it
     * @param referenceCount its events there
     * @param subjectStart events of the subject's thread before it
     * @param subjectCount its events there
     * @param matchedBefore pairs of equal events between the region before and this one
     * @param text what the first events of the region differ in, or who has more; up to 256
     *     characters, then cut
     */
    public record Region(
            long referenceStart,
            long referenceCount,
            long subjectStart,
            long subjectCount,
            long matchedBefore,
            String text) {}
}
