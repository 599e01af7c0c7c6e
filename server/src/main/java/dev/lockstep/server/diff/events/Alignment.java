package dev.lockstep.server.diff.events;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds where two threads agree again after a difference: close by, by the smallest stretch behind
 * which a run of events is equal; farther away, as the patience diff does, by events that are there
 * only once on each side.
 */
final class Alignment {
    /** How far it looks, in events of a side. */
    static final int MAX_WINDOW = 1 << 16;

    private static final int FIRST_WINDOW = 1 << 10;
    private static final int WINDOW_GROWTH = 8;
    private static final int NEAR = 64;
    private static final int SHORTEST_RUN = 3;
    private static final int LONGEST_RUN = 8;

    private Alignment() {}

    /**
     * Where both agree again.
     *
     * @param reference so many compared events further for the reference
     * @param subject so many for the subject
     */
    record Shift(int reference, int subject) {}

    /** Returns where they agree again behind two events that differ; empty if it is too far. */
    static Optional<Shift> behind(ThreadLog.Reader reference, ThreadLog.Reader subject) {
        for (int size = FIRST_WINDOW; size <= MAX_WINDOW; size *= WINDOW_GROWTH) {
            Window left = Window.at(reference, size);
            Window right = Window.at(subject, size);
            Optional<Shift> found = near(left, right).or(() -> byAnchors(left, right));
            if (found.isPresent() || (left.isAll && right.isAll)) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** The fingerprints of the next events that are compared. */
    private static final class Window {
        private final long[] fingerprints;
        private final boolean isAll;

        private Window(long[] fingerprints, boolean isAll) {
            this.fingerprints = fingerprints;
            this.isAll = isAll;
        }

        static Window at(ThreadLog.Reader start, int size) {
            long[] found = new long[size];
            int count = 0;
            ThreadLog.Reader reader = start.copy();
            for (; count < size && !reader.isAtEnd(); reader.advance()) {
                if (!reader.isLocal()) {
                    found[count++] = reader.fingerprint();
                }
            }
            return new Window(Arrays.copyOf(found, count), reader.isAtEnd());
        }

        int size() {
            return fingerprints.length;
        }

        long get(int at) {
            return fingerprints[at];
        }
    }

    /**
     * The cheapest one counts: events that were replaced are cheaper than some that are missing.
     */
    private static Optional<Shift> near(Window left, Window right) {
        for (int cost = 1; cost <= NEAR; cost++) {
            for (int skew = 0; 2 * skew <= cost; skew++) {
                int longer = cost - skew;
                int shorter = longer - skew;
                if (agree(left, longer, right, shorter)) {
                    return Optional.of(new Shift(longer, shorter));
                }
                if (agree(left, shorter, right, longer)) {
                    return Optional.of(new Shift(shorter, longer));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Returns whether a run of events is equal, or all that follow are. The farther away, the
     * longer it has to be.
     */
    private static boolean agree(Window left, int a, Window right, int b) {
        int wanted =
                Math.clamp(1 + Math.max(a, b) + 2L * Math.abs(a - b), SHORTEST_RUN, LONGEST_RUN);
        int run = 0;
        while (run < wanted && a + run < left.size() && b + run < right.size()) {
            if (left.get(a + run) != right.get(b + run)) {
                return false;
            }
            run++;
        }
        boolean bothEnd =
                left.isAll && right.isAll && a + run == left.size() && b + run == right.size();
        return run == wanted || (run > 0 && bothEnd);
    }

    private static Optional<Shift> byAnchors(Window left, Window right) {
        List<Shift> anchors = longestRising(anchors(left, right));
        // One alone may be chance; that another one follows in the same order is not.
        if (anchors.size() < 2) {
            return Optional.empty();
        }
        int a = anchors.getFirst().reference;
        int b = anchors.getFirst().subject;
        while (a > 0 && b > 0 && left.get(a - 1) == right.get(b - 1)) {
            a--;
            b--;
        }
        return Optional.of(new Shift(a, b));
    }

    /** Returns the events that are on both sides exactly once, in the order of the reference. */
    private static List<Shift> anchors(Window left, Window right) {
        Map<Long, Integer> onlyLeft = unique(left);
        Map<Long, Integer> onlyRight = unique(right);
        List<Shift> anchors = new ArrayList<>();
        for (int a = 0; a < left.size(); a++) {
            Integer b = onlyRight.get(left.get(a));
            if (b != null && onlyLeft.containsKey(left.get(a))) {
                anchors.add(new Shift(a, b));
            }
        }
        return anchors;
    }

    private static Map<Long, Integer> unique(Window window) {
        Map<Long, Integer> places = new HashMap<>();
        Set<Long> repeated = new HashSet<>();
        for (int i = 0; i < window.size(); i++) {
            if (places.putIfAbsent(window.get(i), i) != null) {
                repeated.add(window.get(i));
            }
        }
        places.keySet().removeAll(repeated);
        return places;
    }

    /**
     * Returns the longest selection of which the subject's places rise, too; by patience sorting.
     */
    private static List<Shift> longestRising(List<Shift> anchors) {
        int[] piles = new int[anchors.size()];
        int[] before = new int[anchors.size()];
        int count = 0;
        for (int i = 0; i < anchors.size(); i++) {
            int pile = pile(anchors, piles, count, anchors.get(i).subject);
            before[i] = pile == 0 ? -1 : piles[pile - 1];
            piles[pile] = i;
            count = Math.max(count, pile + 1);
        }
        var longest = new ArrayDeque<Shift>();
        for (int i = count == 0 ? -1 : piles[count - 1]; i >= 0; i = before[i]) {
            longest.addFirst(anchors.get(i));
        }
        return List.copyOf(longest);
    }

    /** Returns the first pile whose top is not below a place. */
    private static int pile(List<Shift> anchors, int[] piles, int count, int place) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (anchors.get(piles[middle]).subject < place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
