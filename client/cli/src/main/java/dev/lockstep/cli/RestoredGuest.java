package dev.lockstep.cli;

import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.Source;
import dev.lockstep.server.capture.StoredOrigin;
import dev.lockstep.server.files.Failures;
import dev.lockstep.server.files.Sha256;
import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.snapshot.SnapshotReader;
import dev.lockstep.server.snapshot.SnapshotStore;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/**
 * A guest that goes on where a snapshot was taken. Its program is the file it was then or, where
 * that has changed or gone, the content that the snapshot has of it, until this is closed.
 */
final class RestoredGuest implements AutoCloseable {
    private final StoredOrigin origin;
    private final GuestLaunch launch;
    private final Path program;

    /** Where the program is if it came from the snapshot. */
    private final @Nullable Path directory;

    private RestoredGuest(
            StoredOrigin origin, GuestLaunch launch, Path program, @Nullable Path directory) {
        this.origin = origin;
        this.launch = launch;
        this.program = program;
        this.directory = directory;
    }

    /**
     * Finds a guest in the store.
     *
     * @throws ConfigException if the snapshot is not there, is damaged, or does not know how its
     *     program was started
     */
    static RestoredGuest open(SnapshotStore store, SnapshotArgument snapshot) throws IOException {
        StoredOrigin origin = StoredOrigin.of(store, snapshot.id(), snapshot.engine());
        GuestLaunch launch =
                GuestLaunch.parse(origin.snapshot().getLaunch())
                        .orElseThrow(() ->
                                new ConfigException(
                                        "%s does not know how its program was started; give PROGRAM and its arguments"
                                                .formatted(origin.title())));
        Source source = program(origin.snapshot());
        if (isFile(launch.program(), source)) {
            return new RestoredGuest(origin, launch, launch.program(), null);
        }
        Path directory = Files.createTempDirectory("lockstep-snapshot");
        Path file = directory.resolve(String.valueOf(launch.program().getFileName()));
        RestoredGuest guest = new RestoredGuest(origin, launch, file, directory);
        try (SnapshotReader reader = store.read(snapshot.id());
                InputStream content = reader.source(source.getSha256())) {
            Files.copy(content, file);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
            return guest;
        } catch (IOException | RuntimeException e) {
            guest.close();
            throw e;
        }
    }

    /** The program is the first source of every snapshot. */
    private static Source program(Snapshot snapshot) {
        if (snapshot.getSourcesCount() == 0) {
            throw new ConfigException(
                    "snapshot %d has no program (expected: its first source); give PROGRAM and its arguments"
                            .formatted(snapshot.getId()));
        }
        return snapshot.getSources(0);
    }

    private static boolean isFile(Path file, Source source) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) != source.getLengthBytes()) {
                return false;
            }
            return Arrays.equals(Sha256.of(file), source.getSha256().toByteArray());
        } catch (IOException e) {
            return false; // Then it is not there to be executed either.
        }
    }

    /** Returns the state it goes on from. */
    StoredOrigin origin() {
        return origin;
    }

    String program() {
        return program.toString();
    }

    /** Returns the size of its address space. */
    long memoryBytes() {
        return GuestOptions.parse(launch.options(), Optional.empty()).memoryBytes();
    }

    /** Returns how it was started, which is how its engines are started now. */
    GuestLaunch launch() {
        return launch;
    }

    @Override
    public void close() {
        if (directory == null) {
            return;
        }
        try {
            Files.deleteIfExists(program);
            Files.delete(directory);
        } catch (IOException e) {
            System.err.printf("lockstep: cannot remove %s: %s%n", directory, Failures.reason(e));
        }
    }
}
