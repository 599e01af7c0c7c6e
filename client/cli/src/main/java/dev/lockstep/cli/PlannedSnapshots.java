package dev.lockstep.cli;

import dev.lockstep.server.capture.StoredOrigin;
import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.RunSpec;

import java.util.List;
import java.util.Optional;

/**
 * What a run has to do with snapshots.
 *
 * @param origin where it begins, if not at the guest's entry
 * @param launch how its program was started, for those who go on from its snapshots
 * @param orders which snapshots are taken of it
 * @param label what they are called
 */
record PlannedSnapshots(
        Optional<StoredOrigin> origin,
        GuestLaunch launch,
        List<CaptureOrder> orders,
        String label) {
    PlannedSnapshots {
        orders = List.copyOf(orders);
    }

    RunSpec.Builder addTo(RunSpec.Builder spec) {
        return spec.origin(origin.orElse(null)).launch(launch.json());
    }

    /** Returns the same without any to be taken. */
    PlannedSnapshots withoutOrders() {
        return new PlannedSnapshots(origin, launch, List.of(), "");
    }
}
