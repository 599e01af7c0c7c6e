package dev.lockstep.server.log;

import dev.lockstep.server.sqlite.Database;
import dev.lockstep.server.sqlite.Owner;
import dev.lockstep.server.sqlite.OwnerLock;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Gives the runs whose owner vanished the verdict they had come to, else INCOMPLETE; keeps what was
 * found in them.
 */
final class Sweeper {
    private final Database database;
    private final Path stateDirectory;
    private final Consumer<Path> runtimeDirectories;

    /**
     * Creates a sweeper.
     *
     * @param runtimeDirectories gets the runtime directory of every owner that vanished
     */
    Sweeper(Database database, Path stateDirectory, Consumer<Path> runtimeDirectories) {
        this.database = database;
        this.stateDirectory = stateDirectory;
        this.runtimeDirectories = runtimeDirectories;
    }

    private record Coordinator(Owner owner, Path runtimeDirectory) {}

    void sweep() {
        Set<Coordinator> coordinators =
                new HashSet<>(
                        database.query(
                                """
                                SELECT owner_lock, owner_pid, owner_start_ms, runtime_directory
                                FROM runs WHERE verdict IS NULL
                                """,
                                row ->
                                        new Coordinator(
                                                new Owner(
                                                        row.getString(1),
                                                        row.getLong(2),
                                                        row.getLong(3)),
                                                Path.of(row.getString(4)))));
        coordinators.stream().filter(it -> !it.owner().isThisProcess()).forEach(this::sweep);
        List<String> withRuns = coordinators.stream().map(it -> it.owner().lock()).toList();
        OwnerLock.ofOtherProcesses(stateDirectory).stream()
                .filter(lock -> !withRuns.contains(lock))
                .forEach(lock -> OwnerLock.removeDead(stateDirectory, lock));
    }

    private void sweep(Coordinator coordinator) {
        Owner owner = coordinator.owner();
        Optional<OwnerLock> taken = OwnerLock.takeOver(stateDirectory, owner.lock());
        if (taken.isEmpty()) {
            return;
        }
        try (OwnerLock _ = taken.get()) {
            database.transact(() -> closeRuns(owner));
        }
        runtimeDirectories.accept(coordinator.runtimeDirectory());
    }

    private void closeRuns(Owner owner) {
        database.update(
                """
                INSERT INTO notes (run, text)
                SELECT id, 'the coordinator vanished (process ' || owner_pid || ')'
                FROM runs WHERE verdict IS NULL AND owner_lock = ?
                """,
                owner.lock());
        database.update(
                """
                UPDATE runs SET verdict = COALESCE(conclusion, 'INCOMPLETE')
                WHERE verdict IS NULL AND owner_lock = ?
                """,
                owner.lock());
    }
}
