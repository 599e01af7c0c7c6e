package dev.lockstep.interp;

import dev.lockstep.isa.Op;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Recording.Effects;

import java.util.List;

/** The generated nodes for what an engine reports, and how traces of them are to be made. */
final class NodeSet {
    private final Effects effects;
    private final boolean recordsBlocks;
    private final Patterns patterns = new Patterns(NodePatterns.NAMES);

    NodeSet(Recording recording) {
        effects = recording.effects();
        recordsBlocks = recording.batch() != null;
    }

    /** Returns whether there is no digest. */
    boolean isFree() {
        return effects == Effects.NONE;
    }

    /** Returns which effects the nodes add to the digest. */
    Effects effects() {
        return effects;
    }

    /** Returns whether blocks have records: then each begins a digest of its own. */
    boolean recordsBlocks() {
        return recordsBlocks;
    }

    /** Returns whether nodes are generated for an operation. */
    boolean has(Op op) {
        return patterns.has(op);
    }

    /** Adds nodes for all {@code rows}, as few as will do. */
    void cover(List<Row> rows, List<Node> nodes) {
        Patterns.Tile[] tiles = patterns.cover(rows);
        for (int at = 0; at < rows.size(); at += tiles[at].length()) {
            nodes.add(create(tiles[at].number(), rows, at));
        }
    }

    /** Of a digest of the path, the weights of stores are 0. */
    private Node create(int number, List<Row> rows, int at) {
        return (Node)
                switch (effects) {
                    case NONE -> FreeNodes.create(number, rows, at);
                    case PATH, COMMIT -> CommitNodes.create(number, rows, at);
                    case FULL -> FullNodes.create(number, rows, at);
                };
    }
}
