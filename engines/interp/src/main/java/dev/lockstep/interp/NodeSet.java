package dev.lockstep.interp;

import dev.lockstep.isa.Op;

import java.util.List;

/** The generated nodes of one kind: those of a free run, or those of a run that is recorded. */
final class NodeSet {
    private final boolean records;
    private final Patterns patterns = new Patterns(NodePatterns.NAMES);

    NodeSet(boolean records) {
        this.records = records;
    }

    boolean records() {
        return records;
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

    private Node create(int number, List<Row> rows, int at) {
        return (Node)
                (records
                        ? RecordedNodes.create(number, rows, at)
                        : FreeNodes.create(number, rows, at));
    }
}
