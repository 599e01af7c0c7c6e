package dev.lockstep.server.snapshot;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a take adds to the store: the nodes that are not there yet, each after those that it names,
 * and the pages that have to come first. A node that is there has all it names, so what it has in
 * common with earlier snapshots is not even asked for. Not thread-safe.
 */
final class Plan {
    private final Blobs blobs;
    private final Map<Hash, Node> nodes = new LinkedHashMap<>();
    private final List<Hashes> lacking = new ArrayList<>();

    Plan(Blobs blobs) {
        this.blobs = blobs;
    }

    /** Returns a new set of pages that one engine has to bring; it grows as trees are built. */
    Hashes lacking() {
        Hashes pages = new Hashes();
        lacking.add(pages);
        return pages;
    }

    /** Returns a builder of a tree whose pages come from who brings {@code pages}. */
    TreeBuilder tree(Hashes pages) {
        return new TreeBuilder(node -> add(node, pages));
    }

    /** Returns the nodes that have to be added. */
    List<Node> nodes() {
        return List.copyOf(nodes.values());
    }

    private Hash add(Node node, Hashes pages) {
        Hash hash = Hash.of(node.content());
        if (!nodes.containsKey(hash) && !blobs.has(hash)) {
            if (node.kind() == 0) {
                addLacking(node.children(), pages);
            }
            nodes.put(hash, node);
        }
        return hash;
    }

    private void addLacking(Set<Hash> children, Hashes pages) {
        children.removeAll(blobs.known(children));
        children.stream()
                .filter(page -> lacking.stream().noneMatch(others -> others.contains(page)))
                .forEach(pages::add);
    }
}
