package dev.lockstep.server.diff.events;

import dev.lockstep.server.diff.events.EventProfile.Pairing;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Which threads are compared.
 *
 * @param pairs in the order of the reference's numbers
 * @param unpairedReference threads of the reference without a partner, in order of their numbers
 * @param unpairedSubject those of the subject
 * @param absent asked for by number, and in no log
 */
record ThreadPairs(
        List<Pair> pairs,
        List<ThreadLog> unpairedReference,
        List<ThreadLog> unpairedSubject,
        List<AbsentThread> absent) {
    private static final Comparator<ThreadLog> BY_NUMBER = Comparator.comparingLong(ThreadLog::tid);

    /** Two threads that are compared. */
    record Pair(ThreadLog reference, ThreadLog subject) {
        /** Returns the number of events of both. */
        long eventCount() {
            return reference.size() + subject.size();
        }
    }

    /** Pairs as the user says, else as the profile does. */
    static ThreadPairs of(LogPair logs, DiffRequest request) {
        LogIndex reference = logs.reference().index();
        LogIndex subject = logs.subject().index();
        Pairing pairing = request.profile().threads().pairing();
        return request.threadMap()
                .map(map -> byMap(reference, subject, map))
                .orElseGet(() -> byProfile(reference, subject, pairing));
    }

    private static ThreadPairs byProfile(LogIndex reference, LogIndex subject, Pairing pairing) {
        return complete(
                switch (pairing) {
                    case Pairing.SameNumber _ -> byNumber(reference, subject);
                    case Pairing.FirstEvent _ -> byFirstEvent(reference, subject);
                    case Pairing.Automatic _ ->
                            haveSameNumbers(reference, subject)
                                    ? byNumber(reference, subject)
                                    : byFirstEvent(reference, subject);
                },
                reference,
                subject,
                List.of());
    }

    private static ThreadPairs byMap(
            LogIndex reference, LogIndex subject, SortedMap<Long, Long> map) {
        List<Pair> pairs = new ArrayList<>();
        List<AbsentThread> absent = new ArrayList<>();
        map.forEach((left, right) -> {
            var one = reference.find(left);
            var other = subject.find(right);
            if (one.isEmpty()) {
                absent.add(new AbsentThread(Side.REFERENCE, left));
            } else if (other.isEmpty()) {
                absent.add(new AbsentThread(Side.SUBJECT, right));
            } else {
                pairs.add(new Pair(one.get(), other.get()));
            }
        });
        return complete(pairs, reference, subject, absent);
    }

    private static ThreadPairs complete(
            List<Pair> pairs, LogIndex reference, LogIndex subject, List<AbsentThread> absent) {
        return new ThreadPairs(
                pairs,
                without(reference, pairs.stream().map(Pair::reference).toList()),
                without(subject, pairs.stream().map(Pair::subject).toList()),
                absent);
    }

    private static List<ThreadLog> without(LogIndex log, List<ThreadLog> paired) {
        // Of a million threads, a set of objects would be larger than the objects.
        BitSet known = new BitSet();
        paired.forEach(it -> known.set(it.number()));
        return log.threads().stream()
                .filter(it -> !known.get(it.number()))
                .sorted(BY_NUMBER)
                .toList();
    }

    private static boolean haveSameNumbers(LogIndex reference, LogIndex subject) {
        return reference.threads().size() == subject.threads().size()
                && reference.threads().stream().allMatch(it -> subject.find(it.tid()).isPresent());
    }

    private static List<Pair> byNumber(LogIndex reference, LogIndex subject) {
        List<Pair> pairs = new ArrayList<>();
        for (ThreadLog thread : sorted(reference)) {
            subject.find(thread.tid()).ifPresent(it -> pairs.add(new Pair(thread, it)));
        }
        return pairs;
    }

    private static List<ThreadLog> sorted(LogIndex log) {
        return log.threads().stream().sorted(BY_NUMBER).toList();
    }

    private static List<Pair> byFirstEvent(LogIndex reference, LogIndex subject) {
        Map<Long, List<ThreadLog>> left = byPartnerKey(reference);
        Map<Long, List<ThreadLog>> right = byPartnerKey(subject);
        List<Pair> pairs = new ArrayList<>();
        left.forEach((key, threads) -> {
            List<ThreadLog> partners = right.getOrDefault(key, List.of());
            for (int i = 0; i < Math.min(threads.size(), partners.size()); i++) {
                pairs.add(new Pair(threads.get(i), partners.get(i)));
            }
        });
        pairs.sort(Comparator.comparingLong(pair -> pair.reference().tid()));
        return pairs;
    }

    private static Map<Long, List<ThreadLog>> byPartnerKey(LogIndex log) {
        Map<Long, List<ThreadLog>> threads = new HashMap<>();
        for (ThreadLog thread : sorted(log)) {
            thread.partnerKey()
                    .ifPresent(key ->
                            threads.computeIfAbsent(key, _ -> new ArrayList<>()).add(thread));
        }
        return threads;
    }
}
