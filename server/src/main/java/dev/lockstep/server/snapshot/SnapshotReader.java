package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.server.snapshot.SnapshotException.Fault;

import java.io.InputStream;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Reads one snapshot. What it returns has the SHA-256 it was kept with; what is damaged throws a
 * {@link SnapshotException} that names the snapshot and the place, and so does a snapshot that
 * somebody removes meanwhile. Waits for the disk; of one thread at a time.
 */
public final class SnapshotReader implements AutoCloseable {
    private final long id;
    private final Blobs blobs;
    private final Inventory inventory;
    private final Snapshot manifest;

    /**
     * Creates a reader of blobs that others close.
     *
     * @throws SnapshotException if there is no such snapshot
     */
    SnapshotReader(long id, Blobs blobs) {
        this.id = id;
        this.blobs = blobs;
        try {
            Hash hash = inventoryHash().orElseThrow(() -> SnapshotException.absent(id));
            inventory = Inventory.parse(content(hash));
        } catch (BlobException e) {
            throw damaged("its inventory", e);
        }
        manifest = message("its manifest", inventory.manifest(), Snapshot.parser());
        if (manifest.getId() != id
                || manifest.getEnginesCount() != inventory.memories().size()
                || manifest.getSourcesCount() != inventory.sources().size()) {
            throw damaged("its manifest", new BlobException("is that of another"));
        }
    }

    /** Returns what is known of it. */
    public Snapshot manifest() {
        return manifest;
    }

    /**
     * Returns the state of an engine.
     *
     * @param engine its name; empty for the first
     */
    public GuestState state(String engine) {
        return state(place(engine));
    }

    /**
     * Returns the pages of an engine that hold other than zeros, ascending; each is read when it is
     * asked for.
     *
     * @param engine its name; empty for the first
     */
    public Iterator<StoredPage> pages(String engine) {
        return new PageIterator(memory(place(engine)));
    }

    /**
     * Returns a file that pages came from.
     *
     * @param sha256 of its content
     */
    public InputStream source(ByteString sha256) {
        int place = sourcePlace(sha256);
        return new SourceInput(source(place), manifest.getSources(place).getLengthBytes());
    }

    @Override
    public void close() {
        blobs.close();
    }

    long id() {
        return id;
    }

    Inventory inventory() {
        return inventory;
    }

    /** Returns the place of an engine among the others. */
    int place(String engine) {
        return engine.isEmpty()
                ? 0
                : indexOf(
                        manifest.getEnginesList(),
                        it -> it.getEngine().equals(engine),
                        "engine \"%s\"".formatted(engine));
    }

    GuestState state(int place) {
        EngineSnapshot engine = manifest.getEngines(place);
        return message(
                "the state of " + engine.getEngine(),
                inventory.states().get(place),
                GuestState.parser());
    }

    Tree memory(int place) {
        return new Tree(
                "snapshot %d, %s".formatted(id, manifest.getEngines(place).getEngine()),
                this::content,
                inventory.memories().get(place));
    }

    /** Returns the place of a source among the others. */
    int sourcePlace(ByteString sha256) {
        return indexOf(
                manifest.getSourcesList(),
                source -> source.getSha256().equals(sha256),
                "source of SHA-256 " + HexFormat.of().formatHex(sha256.toByteArray()));
    }

    Tree source(int place) {
        Source source = manifest.getSources(place);
        return new Tree(
                "snapshot %d, source %s".formatted(id, source.getName()),
                this::content,
                inventory.sources().get(place));
    }

    private Optional<Hash> inventoryHash() {
        return blobs
                .database()
                .query("SELECT inventory FROM snapshot WHERE id = ?", row -> Blobs.hash(row, 1), id)
                .stream()
                .findFirst();
    }

    private byte[] content(Hash hash) {
        try {
            return blobs.read(hash);
        } catch (BlobException e) {
            if (inventoryHash().isEmpty()) {
                throw new SnapshotException(
                        Fault.ABSENT, "snapshot %d was removed while it was read".formatted(id));
            }
            throw e;
        }
    }

    private <T extends Message> T message(String what, Hash hash, Parser<T> parser) {
        try {
            return parser.parseFrom(content(hash));
        } catch (BlobException e) {
            throw damaged(what, e);
        } catch (InvalidProtocolBufferException e) {
            throw damaged(what, new BlobException("cannot be read: " + e.getMessage()));
        }
    }

    private <T> int indexOf(List<T> all, Predicate<T> wanted, String what) {
        return IntStream.range(0, all.size())
                .filter(i -> wanted.test(all.get(i)))
                .findFirst()
                .orElseThrow(() ->
                        new SnapshotException(
                                Fault.ABSENT,
                                "snapshot %d has no %s (expected: one of %d)"
                                        .formatted(id, what, all.size())));
    }

    private SnapshotException damaged(String what, BlobException cause) {
        return new SnapshotException(
                Fault.DAMAGED, "snapshot %d: %s %s".formatted(id, what, cause.getMessage()), cause);
    }
}
