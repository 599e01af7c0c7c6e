package dev.lockstep.server.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * What a snapshot consists of, as a {@link Node} of kind 255: one hash, then, stands for all of it.
 * The index of an entry says what it names: 0 the manifest, a message Snapshot; 1 a state, a
 * message GuestState; 2 the root of a memory; 3 that of a source. States and memories are those of
 * the engines, sources those of the manifest, in its order.
 */
record Inventory(Hash manifest, List<Hash> states, List<Hash> memories, List<Hash> sources) {
    private static final int KIND = 255;

    private static final int MANIFEST = 0;
    private static final int STATE = 1;
    private static final int MEMORY = 2;
    private static final int SOURCE = 3;

    Node node() {
        Node.Writer writer = new Node.Writer(KIND);
        writer.add(MANIFEST, manifest);
        states.forEach(hash -> writer.add(STATE, hash));
        memories.forEach(hash -> writer.add(MEMORY, hash));
        sources.forEach(hash -> writer.add(SOURCE, hash));
        return writer.take();
    }

    Hash hash() {
        return Hash.of(node().content());
    }

    /**
     * Returns the inventory that a content is.
     *
     * @throws BlobException if it is none
     */
    static Inventory parse(byte[] content) {
        Node node = Node.parse(content);
        List<Hash> manifests = named(node, MANIFEST);
        List<Hash> states = named(node, STATE);
        List<Hash> memories = named(node, MEMORY);
        if (node.kind() != KIND || manifests.size() != 1 || states.size() != memories.size()) {
            throw new BlobException("is no inventory of a snapshot");
        }
        return new Inventory(manifests.getFirst(), states, memories, named(node, SOURCE));
    }

    private static List<Hash> named(Node node, int index) {
        List<Hash> named = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            if (node.index(i) == index) {
                named.add(node.child(i));
            }
        }
        return named;
    }
}
