package dev.lockstep.server.snapshot;

import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

/**
 * Makes the hash tree of pages that come in ascending order. Equal pages make equal trees, and the
 * root is the lowest node that holds the last page. Not thread-safe.
 */
final class TreeBuilder {
    /** Bits of an address within its page. */
    private static final int OFFSET_BITS = Integer.numberOfTrailingZeros(Protocol.PAGE_BYTES);

    private final Sink sink;

    /** The unfinished nodes, by level, which all are over the last page. */
    private final Node.@Nullable Writer[] open = new Node.@Nullable Writer[Node.MAX_LEVEL + 1];

    private long last = -1;

    TreeBuilder(Sink sink) {
        this.sink = sink;
    }

    /** Takes nodes, each after those that it names. */
    interface Sink {
        /** Takes a node; returns its hash. */
        Hash add(Node node);
    }

    /** Returns the number of the page at an address. */
    static long page(long address) {
        return address >>> OFFSET_BITS;
    }

    /** Returns the address of a page. */
    static long address(long page) {
        return page << OFFSET_BITS;
    }

    /** Returns the level of the lowest node from 0 on that holds a page. */
    static int levelOver(long page) {
        int digits = (Long.SIZE - Long.numberOfLeadingZeros(page) + 3) / Node.DIGIT_BITS;
        return Math.max(0, digits - 1);
    }

    /** Adds a page, whose number is higher than those before. */
    void add(long page, Hash hash) {
        if (last >= 0) {
            for (int level = 0; digitsAbove(last, level) != digitsAbove(page, level); level++) {
                closeNode(level);
            }
        }
        last = page;
        open(0).add(digit(page, 0), hash);
    }

    /** Returns the root. */
    Hash finish() {
        int rootLevel = levelOver(Math.max(0, last));
        for (int level = 0; level < rootLevel; level++) {
            closeNode(level);
        }
        return sink.add(open(rootLevel).take());
    }

    private void closeNode(int level) {
        Hash hash = sink.add(open(level).take());
        open(level + 1).add(digit(last, level + 1), hash);
    }

    private Node.Writer open(int level) {
        Node.Writer writer = open[level];
        if (writer == null) {
            writer = new Node.Writer(level);
            open[level] = writer;
        }
        return writer;
    }

    private static int digit(long page, int level) {
        return (int) (page >>> (level * Node.DIGIT_BITS)) & (Node.FAN_OUT - 1);
    }

    private static long digitsAbove(long page, int level) {
        return page >>> ((level + 1) * Node.DIGIT_BITS);
    }
}
