package dev.lockstep.server.snapshot;

import dev.lockstep.protocol.Protocol;

import java.io.InputStream;
import java.util.Optional;

/** The bytes of a source, page by page. Pages that its tree lacks hold zeros. Not thread-safe. */
final class SourceInput extends InputStream {
    private static final byte[] ZEROS = new byte[Protocol.PAGE_BYTES];

    private final Tree tree;
    private final TreeDiff pages;
    private final long lengthBytes;
    private long position;
    private Optional<TreeDiff.Page> next;
    private byte[] page = ZEROS;

    SourceInput(Tree tree, long lengthBytes) {
        this.tree = tree;
        this.lengthBytes = lengthBytes;
        pages = new TreeDiff(null, tree);
        next = pages.next();
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] to, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (position == lengthBytes) {
            return -1;
        }
        int inPage = (int) (position % Protocol.PAGE_BYTES);
        if (inPage == 0) {
            page = nextPage(position / Protocol.PAGE_BYTES);
        }
        int count =
                (int)
                        Math.min(
                                Math.min(length, Protocol.PAGE_BYTES - inPage),
                                lengthBytes - position);
        System.arraycopy(page, inPage, to, offset, count);
        position += count;
        return count;
    }

    private byte[] nextPage(long number) {
        Hash hash = next.filter(it -> it.page() == number).map(TreeDiff.Page::subject).orElse(null);
        if (hash == null) {
            return ZEROS;
        }
        next = pages.next();
        return tree.page(hash, number);
    }
}
