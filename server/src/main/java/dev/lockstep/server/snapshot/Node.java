package dev.lockstep.server.snapshot;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A blob that names others.
 *
 * <pre>
 *   0        1         2          3                35
 *   | 0 (u8) | kind u8 | index u8 | hash, 32 bytes | index u8 | hash ...
 * </pre>
 *
 * <p>A kind up to {@link #MAX_LEVEL} is a node of a hash tree over pages, and its kind is its
 * level: those of level 0 name pages, the others nodes of the level below; the index is that of the
 * child, ascending, one that is missing holds zeros. Other kinds mean what their classes say. The
 * first byte begins neither a message nor, at this length, a page: so no content is two things.
 */
final class Node {
    /** Children of a node of a tree at most; a level of the tree is a digit of the page number. */
    static final int FAN_OUT = 16;

    /** Bits of such a digit. */
    static final int DIGIT_BITS = 4;

    /** Of the root over all pages of 64-bit addresses: 52 bits, 13 digits. */
    static final int MAX_LEVEL = 12;

    private static final byte DOMAIN = 0;
    private static final int KIND_OFFSET = Byte.BYTES;
    private static final int HEADER_BYTES = KIND_OFFSET + Byte.BYTES;
    private static final int ENTRY_BYTES = Byte.BYTES + Hash.BYTES;

    private final byte[] content;

    private Node(byte[] content) {
        this.content = content;
    }

    /** Names children, in the order they are added. */
    static final class Writer {
        private final int kind;
        private byte[] entries = new byte[FAN_OUT * ENTRY_BYTES];
        private int size;

        Writer(int kind) {
            this.kind = kind;
        }

        void add(int index, Hash child) {
            int offset = size * ENTRY_BYTES;
            if (offset == entries.length) {
                entries = Arrays.copyOf(entries, 2 * entries.length);
            }
            entries[offset] = (byte) index;
            child.write(entries, offset + Byte.BYTES);
            size++;
        }

        /** Returns what was added, and forgets it. */
        Node take() {
            byte[] content = new byte[HEADER_BYTES + size * ENTRY_BYTES];
            content[0] = DOMAIN;
            content[KIND_OFFSET] = (byte) kind;
            System.arraycopy(entries, 0, content, HEADER_BYTES, size * ENTRY_BYTES);
            size = 0;
            return new Node(content);
        }
    }

    /**
     * Returns the node that a content is.
     *
     * @throws BlobException if it is none
     */
    static Node parse(byte[] content) {
        if (content.length < HEADER_BYTES
                || content[0] != DOMAIN
                || (content.length - HEADER_BYTES) % ENTRY_BYTES != 0) {
            throw new BlobException("is no node");
        }
        return new Node(content);
    }

    /**
     * Returns the node of a tree that a content is.
     *
     * @throws BlobException if it is none of that level
     */
    static Node parse(byte[] content, int level) {
        Node node = parse(content);
        boolean ascends = true;
        for (int i = 0; i < node.size(); i++) {
            int least = i == 0 ? 0 : node.index(i - 1) + 1;
            ascends &= node.index(i) >= least && node.index(i) < FAN_OUT;
        }
        if (node.kind() != level || level > MAX_LEVEL || !ascends) {
            throw new BlobException("is no node of level " + level);
        }
        return node;
    }

    /**
     * Checks that this is the lowest node over its last page: so every memory has one tree.
     *
     * @throws BlobException if it is not
     */
    void checkRoot() {
        boolean isLowest = kind() == 0 || (size() > 0 && index(size() - 1) > 0);
        if (!isLowest) {
            throw new BlobException("is no root");
        }
    }

    /** Returns what is kept of it; not to be changed. */
    byte[] content() {
        return content;
    }

    int kind() {
        return Byte.toUnsignedInt(content[KIND_OFFSET]);
    }

    int size() {
        return (content.length - HEADER_BYTES) / ENTRY_BYTES;
    }

    int index(int entry) {
        return Byte.toUnsignedInt(content[HEADER_BYTES + entry * ENTRY_BYTES]);
    }

    Hash child(int entry) {
        return Hash.read(content, HEADER_BYTES + entry * ENTRY_BYTES + Byte.BYTES);
    }

    /** Returns all that it names, once each. */
    Set<Hash> children() {
        Set<Hash> children = new LinkedHashSet<>();
        for (int i = 0; i < size(); i++) {
            children.add(child(i));
        }
        return children;
    }
}
