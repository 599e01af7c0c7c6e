package dev.lockstep.server.snapshot;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.DatabaseException;
import dev.lockstep.server.sqlite.DatabaseException.Trouble;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The blobs of the store, through one connection, which is closed with this. Not thread-safe, but
 * for {@link #pack}.
 */
final class Blobs implements AutoCloseable {
    /** Hashes in one question to the database; a node of a tree names as many. */
    private static final int CHUNK = Node.FAN_OUT;

    private static final String IN_CHUNK = " WHERE hash IN (?" + ", ?".repeat(CHUNK - 1) + ")";

    private final Database database;
    private final Packer packer = new Packer();

    Blobs(Database database) {
        this.database = database;
    }

    Database database() {
        return database;
    }

    /** Returns a content as it can be inserted; this is what costs time. */
    Blob pack(byte[] content) {
        return new Blob(Hash.of(content), false, packer.pack(content));
    }

    Blob pack(Node node) {
        byte[] content = node.content();
        return new Blob(Hash.of(content), true, packer.pack(content));
    }

    /** Returns whether it is there. */
    boolean has(Hash hash) {
        return id(hash).isPresent();
    }

    /** Returns where it is, if it is there. */
    Optional<Long> id(Hash hash) {
        return database
                .query(
                        "SELECT id FROM blob WHERE hash = ?",
                        row -> row.getLong(1),
                        (Object) hash.bytes())
                .stream()
                .findFirst();
    }

    /**
     * Returns the hash of what is in a place.
     *
     * @throws BlobException if there is none
     */
    Hash hash(long id) {
        return database
                .query("SELECT hash FROM blob WHERE id = ?", row -> hash(row, 1), id)
                .stream()
                .findFirst()
                .orElseThrow(() -> new BlobException("is missing"));
    }

    /** Returns those of some hashes that are there. */
    Set<Hash> known(Collection<Hash> hashes) {
        Set<Hash> known = new HashSet<>();
        for (Object[] chunk : chunks(hashes)) {
            known.addAll(
                    database.query("SELECT hash FROM blob" + IN_CHUNK, row -> hash(row, 1), chunk));
        }
        return known;
    }

    /**
     * Adds those that are not there yet, all in a transaction of the caller. Nothing names them
     * yet.
     *
     * @return those that were added
     */
    List<Blob> insert(List<Blob> blobs) {
        long firstId =
                database.query("SELECT coalesce(max(id), 0) + 1 FROM blob", row -> row.getLong(1))
                        .getFirst();
        List<Object[]> rows = new ArrayList<>();
        for (Blob blob : blobs) {
            rows.add(new Object[] {firstId + rows.size(), blob.hash().bytes(), blob.isNode()});
        }
        int[] inserted =
                database.updateAll(
                        """
                        INSERT INTO blob (id, hash, is_node) VALUES (?, ?, ?)
                        ON CONFLICT (hash) DO NOTHING
                        """,
                        rows);
        List<Blob> added = new ArrayList<>();
        List<Object[]> contents = new ArrayList<>();
        for (int i = 0; i < inserted.length; i++) {
            if (inserted[i] > 0) {
                Packed packed = blobs.get(i).packed();
                contents.add(new Object[] {firstId + i, packed.isCompressed(), packed.data()});
                added.add(blobs.get(i));
            }
        }
        database.updateAll(
                "INSERT INTO content (id, is_compressed, data) VALUES (?, ?, ?)", contents);
        return added;
    }

    /**
     * Notes that something names each of these once more.
     *
     * @throws BlobException if one of them is not there
     */
    void name(Collection<Hash> hashes) {
        List<Hash> sorted = hashes.stream().sorted(Hash.ORDER).toList();
        int[] found =
                database.updateAll(
                        "UPDATE blob SET refs = refs + 1 WHERE hash = ?",
                        sorted.stream().map(hash -> new Object[] {hash.bytes()}).toList());
        for (int i = 0; i < found.length; i++) {
            if (found[i] == 0) {
                throw new BlobException("is missing: " + sorted.get(i));
            }
        }
    }

    /** Notes that something names each of these once less. */
    void unname(Collection<Hash> hashes) {
        database.updateAll(
                "UPDATE blob SET refs = refs - 1 WHERE hash = ?",
                hashes.stream().map(hash -> new Object[] {hash.bytes()}).toList());
    }

    /**
     * Returns a content, which has its hash.
     *
     * @throws BlobException if it is missing or damaged
     */
    byte[] read(Hash hash) {
        return checked(
                content(
                        """
                        SELECT is_compressed, data FROM content
                        WHERE id = (SELECT id FROM blob WHERE hash = ?)
                        """,
                        hash.bytes()),
                hash);
    }

    /**
     * Returns the content in a place, which has its hash.
     *
     * @throws BlobException if it is missing or damaged
     */
    byte[] read(long id, Hash hash) {
        return checked(content("SELECT is_compressed, data FROM content WHERE id = ?", id), hash);
    }

    @Override
    public void close() {
        packer.close();
        database.close();
    }

    /** Returns the hash in a column; what is damaged may be none. */
    static Hash hash(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        if (bytes == null || bytes.length != Hash.BYTES) {
            throw new BlobException("has no hash");
        }
        return Hash.read(bytes, 0);
    }

    private byte[] content(String sql, Object key) {
        try {
            return database.query(sql, this::content, key).stream()
                    .findFirst()
                    .orElseThrow(() -> new BlobException("is missing"));
        } catch (DatabaseException e) {
            if (e.trouble() == Trouble.DAMAGED) {
                throw new BlobException("cannot be read: " + e.getMessage());
            }
            throw e;
        }
    }

    private static byte[] checked(byte[] content, Hash hash) {
        if (!Hash.of(content).equals(hash)) {
            throw new BlobException("is damaged");
        }
        return content;
    }

    private byte[] content(ResultSet row) throws SQLException {
        boolean isCompressed = row.getBoolean(1);
        byte[] data = row.getBytes(2);
        if (data == null) {
            throw new BlobException("is damaged");
        }
        return packer.unpack(new Packed(isCompressed, data));
    }

    /** The last chunk is filled up with the null that equals nothing. */
    private static List<Object[]> chunks(Collection<Hash> hashes) {
        List<Object> all = hashes.stream().map(Hash::bytes).collect(Collectors.toList());
        List<Object[]> chunks = new ArrayList<>();
        for (int i = 0; i < all.size(); i += CHUNK) {
            Object[] chunk = all.subList(i, Math.min(all.size(), i + CHUNK)).toArray();
            chunks.add(Arrays.copyOf(chunk, CHUNK));
        }
        return chunks;
    }
}
