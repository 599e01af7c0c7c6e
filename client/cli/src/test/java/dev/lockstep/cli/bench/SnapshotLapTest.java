package dev.lockstep.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.Snapshot;

import org.junit.jupiter.api.Test;

import java.util.List;

final class SnapshotLapTest {
    private static final SnapshotLap.Kept KEPT =
            new SnapshotLap.Kept(
                    Snapshot.newBuilder()
                            .addEngines(engine(12_000_000, 30))
                            .addEngines(engine(45_000_000, 12))
                            .build(),
                    1 << 20);

    @Test
    void aRunStandsStillForAsLongAsTheEngineThatWaitsLongest() {
        assertThat(KEPT.stallSeconds()).isEqualTo(0.045);
    }

    @Test
    void pagesAreNewWhicheverEngineBringsThem() {
        assertThat(KEPT.newPages()).isEqualTo(42);
        assertThat(KEPT.pages()).isEqualTo(100);
    }

    @Test
    void theLastSnapshotIsTheLastOfTheLaterOnes() {
        SnapshotLap.Kept first = new SnapshotLap.Kept(Snapshot.getDefaultInstance(), 0);

        assertThat(new SnapshotLap(first, 1, 1, List.of(first, KEPT), 1).last()).isSameAs(KEPT);
    }

    private static EngineSnapshot engine(long stallNs, long newPages) {
        return EngineSnapshot.newBuilder()
                .setPageCount(100)
                .setNewPageCount(newPages)
                .setStallNs(stallNs)
                .build();
    }
}
