package dev.lockstep.server.snapshot;

import dev.lockstep.protocol.Protocol;
import dev.lockstep.server.snapshot.SnapshotException.Fault;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A hash tree that is kept, and reading it; every method throws a {@link SnapshotException} that
 * says whose it is and where it is damaged.
 *
 * @param title whose it is, for people
 * @param contents returns a content by its hash, or throws a {@link BlobException}
 */
record Tree(String title, Function<Hash, byte[]> contents, Hash root) {
    /** A node or, at level -1, a page of a tree. */
    record Place(Hash hash, int level) {}

    /** Returns where the tree begins. */
    Place top() {
        return attempt(
                0,
                Node.MAX_LEVEL,
                () -> {
                    Node node = Node.parse(contents.apply(root));
                    Node.parse(node.content(), node.kind()).checkRoot();
                    return new Place(root, node.kind());
                });
    }

    /**
     * Returns a node.
     *
     * @param firstPage the first page that it could name
     */
    Node node(Place place, long firstPage) {
        return attempt(
                firstPage,
                place.level(),
                () -> Node.parse(contents.apply(place.hash()), place.level()));
    }

    /** Returns the content of a page. */
    byte[] page(Hash hash, long page) {
        return attempt(page, -1, () -> checkPage(contents.apply(hash)));
    }

    static byte[] checkPage(byte[] content) {
        if (content.length != Protocol.PAGE_BYTES) {
            throw new BlobException(
                    "has %d bytes (expected: %d)".formatted(content.length, Protocol.PAGE_BYTES));
        }
        return content;
    }

    private <T> T attempt(long firstPage, int level, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (BlobException e) {
            throw new SnapshotException(
                    Fault.DAMAGED,
                    "%s: %s %s".formatted(title, range(firstPage, level), e.getMessage()),
                    e);
        }
    }

    /** Returns the name of what lies under a node, or of a page. */
    static String range(long firstPage, int level) {
        if (level < 0) {
            return "the page at 0x%x".formatted(TreeBuilder.address(firstPage));
        }
        long lastPage = firstPage + (1L << ((level + 1) * Node.DIGIT_BITS)) - 1;
        return "the node of the pages from 0x%x to 0x%x"
                .formatted(TreeBuilder.address(firstPage), TreeBuilder.address(lastPage));
    }
}
