package dev.lockstep.server.sqlite;

import java.util.List;

/**
 * The tables of a database, and how they came to be.
 *
 * @param subject what the database is, for people
 * @param pragmas what every connection sets first; some of it matters only to who creates the file
 * @param migrations each leads from the version of its index to the next; once released, none ever
 *     changes
 */
public record Schema(String subject, List<String> pragmas, List<String> migrations) {
    /** Returns the version of the tables that this program reads and writes. */
    public int version() {
        return migrations.size();
    }

    /**
     * Brings the tables up to this version, and their content with them.
     *
     * @throws DatabaseException if they are of a later version
     */
    void upgrade(Database database) {
        if (versionOf(database) != version()) {
            database.transact(() -> migrate(database));
        }
    }

    /** Somebody else may have done it before the transaction began. */
    private void migrate(Database database) {
        int version = versionOf(database);
        if (version > version()) {
            throw new DatabaseException(
                    DatabaseException.Trouble.LATER_VERSION,
                    "%s %s: version %d (expected: at most %d; use the lockstep that wrote it or choose another state directory)"
                            .formatted(subject, database.file(), version, version()));
        }
        migrations.subList(version, version()).forEach(database::execute);
        database.execute("PRAGMA user_version = " + version());
    }

    private static int versionOf(Database database) {
        return database.query("PRAGMA user_version", row -> row.getInt(1)).getFirst();
    }
}
