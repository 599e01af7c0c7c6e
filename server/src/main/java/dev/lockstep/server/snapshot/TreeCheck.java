package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.DatabaseException;
import dev.lockstep.server.sqlite.DatabaseException.Trouble;

import java.util.Optional;

/**
 * Goes through what snapshots consist of and notes what they need, what names what, and what is not
 * as it should be. What several have in common is looked at once. Not thread-safe.
 */
final class TreeCheck {
    private final Blobs blobs;
    private final Census census;
    private final Damages damages;

    /** Pages under each node, by its place. */
    private final int[] pageCounts;

    TreeCheck(Blobs blobs, Census census, Damages damages) {
        this.blobs = blobs;
        this.census = census;
        this.damages = damages;
        pageCounts = new int[census.size()];
    }

    /** Notes that a snapshot needs a blob that is no node of a tree. */
    Optional<Integer> reach(Hash hash) {
        Optional<Integer> place = find(hash);
        place.ifPresent(census::reach);
        return place;
    }

    /**
     * Checks a tree.
     *
     * @return the number of its pages, as far as they could be found
     */
    int checkTree(Hash root) {
        Optional<Integer> place = find(root);
        if (place.isEmpty()) {
            return 0;
        }
        try {
            int level = Node.parse(blobs.read(root)).kind();
            Node.parse(blobs.read(root), level).checkRoot();
            return checkNode(root, level, place.get());
        } catch (BlobException e) {
            census.reach(place.get());
            damages.add(root, e.reason());
            return 0;
        }
    }

    /** Notes what a node names that nothing needs: it counts all the same. */
    void nameChildrenOf(int place) {
        try {
            long id = census.id(place);
            nameChildren(Node.parse(blobs.read(id, blobs.hash(id))));
        } catch (BlobException e) {
            // It is to be removed, and no snapshot misses it.
        }
    }

    /** Notes what a node names. */
    void nameChildren(Node node) {
        node.children().forEach(child -> find(child).ifPresent(census::name));
    }

    private int checkNode(Hash hash, int level, int place) {
        if (!census.reach(place)) {
            return pageCounts[place];
        }
        try {
            Node node = Node.parse(blobs.read(hash), level);
            if (!census.isNode(place)) {
                damages.add(hash, "is not marked as a node");
            }
            nameChildren(node);
            for (int i = 0; i < node.size(); i++) {
                pageCounts[place] += checkChild(node.child(i), level - 1);
            }
        } catch (BlobException e) {
            damages.add(hash, e.reason());
        }
        return pageCounts[place];
    }

    private int checkChild(Hash hash, int level) {
        if (level < 0) {
            reach(hash);
            return 1;
        }
        return find(hash).map(place -> checkNode(hash, level, place)).orElse(0);
    }

    private Optional<Integer> find(Hash hash) {
        try {
            Optional<Integer> place = blobs.id(hash).map(census::place).filter(it -> it >= 0);
            if (place.isEmpty()) {
                damages.add(hash, "is missing");
            }
            return place;
        } catch (DatabaseException e) {
            if (e.trouble() != Trouble.DAMAGED) {
                throw e;
            }
            damages.add(hash, "cannot be found: " + e.getMessage());
            return Optional.empty();
        }
    }
}
