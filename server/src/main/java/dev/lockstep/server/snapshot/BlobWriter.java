package dev.lockstep.server.snapshot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Adds blobs to the store, many in one transaction, yet few enough that others who write wait for
 * some ten milliseconds only. A thread of its own writes one batch while the next is packed; so
 * between {@link #add} and {@link #settle} nobody else may use the connection. Not thread-safe.
 */
final class BlobWriter implements AutoCloseable {
    /** There are two batches in memory at most; who adds a third waits for the disk. */
    private static final int BATCH_BLOBS = 2048;

    private static final int BATCH_BYTES = 8 << 20;

    /** Room that is left on the disk: for whoever else is there, and to tidy up in. */
    private static final long RESERVE_BYTES = 64 << 20;

    /** A node changes the rows of all it names. */
    private static final int BATCH_NODES = 256;

    /** What is next to each other in the index of hashes is quicker to add. */
    private static final Comparator<Blob> BY_HASH =
            (left, right) -> Hash.ORDER.compare(left.hash(), right.hash());

    private final Blobs blobs;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("lockstep-snapshot-writer").factory());
    private List<Blob> batch = new ArrayList<>();
    private int batchBytes;
    private CompletableFuture<Void> writing = CompletableFuture.completedFuture(null);

    BlobWriter(Blobs blobs) {
        this.blobs = blobs;
    }

    /** Adds a content that names nothing; it is there once {@link #settle} returns. */
    Hash add(byte[] content) {
        Blob blob = blobs.pack(content);
        add(blob);
        return blob.hash();
    }

    void add(Blob blob) {
        batch.add(blob);
        batchBytes += blob.packed().data().length;
        if (batch.size() >= BATCH_BLOBS || batchBytes >= BATCH_BYTES) {
            flush();
        }
    }

    /** Waits until all is written that was added. */
    void settle() {
        if (!batch.isEmpty()) {
            flush();
        }
        awaitWriting();
    }

    /**
     * Adds nodes, each of which comes after those that it names.
     *
     * @throws BlobException if one of them names what is not there
     */
    void addNodes(List<Node> nodes) {
        settle();
        for (int i = 0; i < nodes.size(); i += BATCH_NODES) {
            List<Node> some = nodes.subList(i, Math.min(nodes.size(), i + BATCH_NODES));
            blobs.database().transact(() -> insert(some));
        }
    }

    /** Adds nodes at once, in the transaction of the caller. */
    void insert(List<Node> nodes) {
        Map<Blob, Node> packed = new LinkedHashMap<>();
        nodes.forEach(node -> packed.put(blobs.pack(node), node));
        List<Hash> named = new ArrayList<>();
        // Those that are there already, of another take, have named what they name.
        for (Blob blob : blobs.insert(List.copyOf(packed.keySet()))) {
            named.addAll(Objects.requireNonNull(packed.get(blob)).children());
        }
        blobs.name(named);
    }

    /** Ends the thread once it has written what it has. */
    @Override
    public void close() {
        thread.close();
    }

    private void flush() {
        awaitWriting();
        List<Blob> full = batch;
        batch = new ArrayList<>();
        batchBytes = 0;
        writing = CompletableFuture.runAsync(() -> write(full), thread);
    }

    private void write(List<Blob> full) {
        blobs.database().expectRoom(RESERVE_BYTES);
        full.sort(BY_HASH);
        blobs.database().transact(() -> blobs.insert(full));
    }

    private void awaitWriting() {
        try {
            writing.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
