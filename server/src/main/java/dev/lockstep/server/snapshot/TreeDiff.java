package dev.lockstep.server.snapshot;

import dev.lockstep.server.snapshot.Tree.Place;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Finds the pages that differ between two trees, ascending. What is equal is not read. Not
 * thread-safe.
 */
final class TreeDiff {
    private final @Nullable Tree reference;
    private final Tree subject;

    /** What is still to be looked at, the lowest page on top: some 16 for each level. */
    private final Deque<Pair> waiting = new ArrayDeque<>();

    /**
     * A page that is not the same in both trees; null stands for zeros.
     *
     * @param page its number
     */
    record Page(long page, @Nullable Hash reference, @Nullable Hash subject) {}

    /** The same place in both trees; where one is lower than the level, the rest is zeros. */
    private record Pair(
            int level, long firstPage, @Nullable Place reference, @Nullable Place subject) {}

    /**
     * Creates a diff.
     *
     * @param reference null for the tree of no pages: all pages of the other differ from that
     */
    TreeDiff(@Nullable Tree reference, Tree subject) {
        this.reference = reference;
        this.subject = subject;
        if (reference == null || !reference.root().equals(subject.root())) {
            Place left = reference == null ? null : reference.top();
            Place right = subject.top();
            int level = left == null ? right.level() : Math.max(left.level(), right.level());
            waiting.push(new Pair(level, 0, left, right));
        }
    }

    /** Returns the next page that differs; empty when there are no more. */
    Optional<Page> next() {
        while (!waiting.isEmpty()) {
            Pair pair = waiting.pop();
            if (pair.level < 0) {
                return Optional.of(
                        new Page(pair.firstPage, hash(pair.reference), hash(pair.subject)));
            }
            descend(pair);
        }
        return Optional.empty();
    }

    private void descend(Pair pair) {
        @Nullable Place[] left = children(reference, pair.reference, pair);
        @Nullable Place[] right = children(subject, pair.subject, pair);
        for (int i = Node.FAN_OUT - 1; i >= 0; i--) {
            Place leftChild = left[i];
            Place rightChild = right[i];
            boolean isEqual = leftChild == null ? rightChild == null : leftChild.equals(rightChild);
            if (!isEqual) {
                long firstPage = pair.firstPage + ((long) i << (pair.level * Node.DIGIT_BITS));
                waiting.push(new Pair(pair.level - 1, firstPage, leftChild, rightChild));
            }
        }
    }

    private static @Nullable Place[] children(
            @Nullable Tree tree, @Nullable Place place, Pair pair) {
        @Nullable Place[] children = new @Nullable Place[Node.FAN_OUT];
        if (tree == null || place == null) {
            return children;
        }
        if (place.level() < pair.level) {
            children[0] = place;
            return children;
        }
        Node node = tree.node(place, pair.firstPage);
        for (int i = 0; i < node.size(); i++) {
            children[node.index(i)] = new Place(node.child(i), pair.level - 1);
        }
        return children;
    }

    private static @Nullable Hash hash(@Nullable Place place) {
        return place == null ? null : place.hash();
    }
}
