package dev.lockstep.server.snapshot;

import com.google.protobuf.UnsafeByteOperations;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;

/** The pages of a tree, ascending; each is read when it is asked for. Not thread-safe. */
final class PageIterator implements Iterator<StoredPage> {
    private final Tree tree;
    private final TreeDiff pages;
    private Optional<TreeDiff.Page> next;

    PageIterator(Tree tree) {
        this.tree = tree;
        pages = new TreeDiff(null, tree);
        next = pages.next();
    }

    @Override
    public boolean hasNext() {
        return next.isPresent();
    }

    @Override
    public StoredPage next() {
        TreeDiff.Page page = next.orElseThrow(NoSuchElementException::new);
        byte[] data = tree.page(Objects.requireNonNull(page.subject()), page.page());
        next = pages.next();
        return new StoredPage(
                TreeBuilder.address(page.page()), UnsafeByteOperations.unsafeWrap(data));
    }
}
