package dev.lockstep.server.capture;

import dev.lockstep.proto.v1.AgreementItem;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.Snapshot;
import dev.lockstep.server.run.Origin;
import dev.lockstep.server.run.Role;
import dev.lockstep.server.run.StateReader;
import dev.lockstep.server.snapshot.SnapshotReader;
import dev.lockstep.server.snapshot.SnapshotStore;

import java.util.List;

/** A snapshot as the beginning of a run. Thread-safe. */
public final class StoredOrigin implements Origin {
    private final SnapshotStore store;
    private final Snapshot snapshot;
    private final String engine;
    private final GuestState state;

    private StoredOrigin(SnapshotStore store, Snapshot snapshot, String engine, GuestState state) {
        this.store = store;
        this.snapshot = snapshot;
        this.engine = engine;
        this.state = state;
    }

    /**
     * Finds a snapshot. Waits for the disk.
     *
     * @param engine whose machine and memory the engines get; empty for the reference's
     * @throws dev.lockstep.server.snapshot.SnapshotException if there is no such snapshot or
     *     engine, or it is damaged
     */
    public static StoredOrigin of(SnapshotStore store, long id, String engine) {
        try (SnapshotReader reader = store.read(id)) {
            GuestState state = reader.state(engine);
            // What stands behind the machine is known to the reference alone.
            GuestState whole = state.toBuilder().setWorld(reader.state("").getWorld()).build();
            return new StoredOrigin(store, reader.manifest(), engine, whole);
        }
    }

    /** Returns what is known of the snapshot. */
    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public String title() {
        return "snapshot " + snapshot.getId();
    }

    @Override
    public long step() {
        return state.getStep();
    }

    @Override
    public long pc() {
        return state.getPc();
    }

    @Override
    public long blockCount() {
        return state.getBlockCount();
    }

    @Override
    public List<AgreementItem> agreement() {
        return snapshot.getEngines(0).getAgreementList();
    }

    @Override
    public StateReader read(Role role) {
        GuestState told = role == Role.REFERENCE ? state : state.toBuilder().clearWorld().build();
        return new StoredState(store, snapshot.getId(), engine, told);
    }
}
