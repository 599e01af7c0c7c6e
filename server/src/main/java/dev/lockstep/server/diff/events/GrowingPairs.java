package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventProfile.Pairing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pairs the threads of two logs while they grow, as far as that can be done before their ends. For
 * one thread, which nobody disturbs by adding to the logs.
 *
 * <p>Who is mapped by the user, or paired by number alone, has a partner as soon as both are there.
 * By their first events threads are paired in the order of their numbers, so that one with a lower
 * number may come at any time and take a partner away: nobody has one before the end.
 */
final class GrowingPairs {
    private final LogIndex reference;
    private final LogIndex subject;
    private final DiffRequest request;

    /** Threads of the reference that may still get a partner. */
    private final List<ThreadLog> alone = new ArrayList<>();

    private int referenceCount;
    private int subjectCount;
    private int pairCount;

    GrowingPairs(LogIndex reference, LogIndex subject, DiffRequest request) {
        this.reference = reference;
        this.subject = subject;
        this.request = request;
    }

    /** Returns the pairs that were not returned before. */
    List<ThreadPairs.Pair> more() {
        List<ThreadPairs.Pair> pairs = new ArrayList<>();
        if (haveMoreThreads()) {
            alone.removeIf(thread -> {
                Optional<ThreadLog> partner = partner(thread);
                partner.ifPresent(it -> pairs.add(new ThreadPairs.Pair(thread, it)));
                return partner.isPresent();
            });
            pairCount += pairs.size();
        }
        return pairs;
    }

    private boolean haveMoreThreads() {
        List<ThreadLog> threads = reference.threads();
        boolean more = threads.size() > referenceCount || subject.threads().size() > subjectCount;
        alone.addAll(threads.subList(referenceCount, threads.size()));
        referenceCount = threads.size();
        subjectCount = subject.threads().size();
        return more;
    }

    private Optional<ThreadLog> partner(ThreadLog thread) {
        if (request.threadMap().isPresent()) {
            return Optional.ofNullable(request.threadMap().get().get(thread.tid()))
                    .flatMap(subject::find);
        }
        return switch (request.profile().threads().pairing()) {
            case Pairing.SameNumber _, Pairing.Automatic _ -> subject.find(thread.tid());
            case Pairing.FirstEvent _ -> Optional.empty();
        };
    }

    /**
     * Returns whether the pairs are partners by all that is known. Automatic pairing goes by number
     * only if both logs come to have the same numbers. That they will not is plain once each has
     * one that the other lacks, or a log that has ended lacks one.
     *
     * @param referenceEnded whether all of the reference was known when pairs were asked for
     * @param subjectEnded the same of the subject
     */
    boolean areSettled(boolean referenceEnded, boolean subjectEnded) {
        boolean byNumberIfSame =
                request.threadMap().isEmpty()
                        && request.profile().threads().pairing() instanceof Pairing.Automatic;
        boolean referenceLacks = subjectCount > pairCount;
        boolean subjectLacks = referenceCount > pairCount;
        boolean neverSame =
                referenceLacks ? subjectLacks || referenceEnded : subjectLacks && subjectEnded;
        return !(byNumberIfSame && neverSame);
    }
}
