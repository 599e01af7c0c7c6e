package dev.lockstep.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.proto.v1.CreateRunRequest;
import dev.lockstep.proto.v1.ListSnapshotsRequest;
import dev.lockstep.proto.v1.RestoreSnapshotRequest;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.proto.v1.SnapshotDamage;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.proto.v1.SnapshotsGrpc;
import dev.lockstep.proto.v1.TakeSnapshotRequest;
import dev.lockstep.proto.v1.TakeSnapshotResponse;
import dev.lockstep.proto.v1.VerifySnapshotsRequest;
import dev.lockstep.proto.v1.VerifySnapshotsResponse;
import dev.lockstep.server.snapshot.FakeGuest;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;

/** A standing server, engines that tell their states when asked, and a client of the service. */
final class SnapshotScene implements AutoCloseable {
    static final int MAPPED_PAGES = 300;
    static final int FILLED_PAGES = 20;

    final StandingServer standing;
    private final Path file;
    private final Random random = new Random(11);
    private final List<TellingEngine> engines = new ArrayList<>();

    SnapshotScene(Path directory) {
        standing = StandingServer.start(directory);
        file = directory.resolve("state/snapshots.db");
    }

    SnapshotsGrpc.SnapshotsBlockingStub service() {
        return standing.snapshots();
    }

    /** Returns a guest whose first pages hold random bytes. */
    FakeGuest guest() {
        FakeGuest guest = FakeGuest.random(random, MAPPED_PAGES, FILLED_PAGES);
        guest.world.addFields(FakeGuest.number("timer", 3));
        return guest;
    }

    /** Joins an engine to a run, which is opened if it is not there. */
    TellingEngine join(String run, String name, FakeGuest guest, TellingEngine.Twist twist)
            throws IOException {
        TellingEngine engine =
                TellingEngine.join(standing.server.engineSocket(), run, name, guest, twist);
        engines.add(engine);
        return engine;
    }

    TellingEngine join(String run, String name, FakeGuest guest) throws IOException {
        return join(run, name, guest, List::of);
    }

    /** Starts a run of two engines with equal guests; returns the reference's. */
    FakeGuest begin(String run) throws IOException {
        FakeGuest guest = guest();
        begin(run, guest, List::of);
        return guest;
    }

    /** Starts a run of two engines with equal guests, which say some things otherwise. */
    void begin(String run, FakeGuest guest, TellingEngine.Twist twist) throws IOException {
        TellingEngine reference = join(run, "interp", guest, twist);
        TellingEngine subject = join(run, "recomp", guest.copy(), twist);
        reference.awaitWelcome();
        subject.awaitWelcome();
    }

    /** Creates a run that waits for its engines. */
    void create(String run) {
        standing.runs().createRun(CreateRunRequest.newBuilder().setName(run).build());
    }

    /** Returns the engines that joined, in that order. */
    List<TellingEngine> engines() {
        return engines;
    }

    static TakeSnapshotRequest.Builder ofRun(String run) {
        return TakeSnapshotRequest.newBuilder().setRun(run);
    }

    /** Begins to take what is asked for. */
    Iterator<TakeSnapshotResponse> taking(TakeSnapshotRequest.Builder request) {
        return service().takeSnapshot(request.build());
    }

    /** Takes a snapshot as soon as can be. */
    Snapshot take(String run) {
        return next(taking(ofRun(run)));
    }

    /** Returns the next snapshot that is kept. */
    static Snapshot next(Iterator<TakeSnapshotResponse> news) {
        TakeSnapshotResponse next = news.next();
        while (!next.hasSnapshot()) {
            next = news.next();
        }
        return next.getSnapshot();
    }

    /** Creates a run that begins from a snapshot. */
    void restore(long id, String run) {
        service()
                .restoreSnapshot(
                        RestoreSnapshotRequest.newBuilder()
                                .setFrom(SnapshotEngine.newBuilder().setId(id))
                                .setName(run)
                                .build());
    }

    List<Long> ids() {
        return list().stream().map(Snapshot::getId).toList();
    }

    List<Snapshot> list() {
        return service()
                .listSnapshots(ListSnapshotsRequest.getDefaultInstance())
                .getSnapshotsList();
    }

    /** Checks what one snapshot needs; 0 for all that is kept. */
    List<SnapshotDamage> verify(long id) {
        List<SnapshotDamage> damages = new ArrayList<>();
        VerifySnapshotsResponse last = VerifySnapshotsResponse.getDefaultInstance();
        Iterator<VerifySnapshotsResponse> news =
                service().verifySnapshots(VerifySnapshotsRequest.newBuilder().setId(id).build());
        while (news.hasNext()) {
            last = news.next();
            if (last.hasDamage()) {
                damages.add(last.getDamage());
            }
        }
        assertThat(last.getResult().getDamageCount()).isEqualTo(damages.size());
        return damages;
    }

    /** Checks that these are kept whole, and nothing besides. */
    void assertKept(Long... ids) {
        assertThat(ids()).containsExactlyInAnyOrder(ids);
        assertThat(verify(0)).isEmpty();
        if (Files.exists(file)) {
            await("nothing half is left")
                    .untilAsserted(() -> {
                        assertThat(count("SELECT count(*) FROM claim")).isZero();
                        assertThat(count("SELECT count(*) FROM blob WHERE refs = 0")).isZero();
                    });
        }
    }

    /** Returns the number that a query of the store results in. */
    long count(String query) throws SQLException {
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = store.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.getLong(1);
        }
    }

    /** Changes the store behind the back of all who use it. */
    void change(String update) throws SQLException {
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = store.createStatement()) {
            assertThat(statement.executeUpdate(update)).isPositive();
        }
    }

    /** Changes the content of a page where it is kept, which no other page begins like. */
    void flipBitOf(byte[] page) throws SQLException, IOException {
        count("PRAGMA wal_checkpoint(TRUNCATE)");
        String all = Files.readString(file, StandardCharsets.ISO_8859_1);
        int place = all.indexOf(new String(page, 0, 32, StandardCharsets.ISO_8859_1));
        assertThat(place).isPositive();
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(place);
            bytes.write(page[0] ^ 1);
        }
    }

    @Override
    public void close() throws IOException {
        for (TellingEngine engine : engines) {
            engine.close();
        }
        standing.close();
    }
}
