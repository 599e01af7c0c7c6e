package dev.lockstep.cli;

import dev.lockstep.server.run.CaptureOrder;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The options of a run that say where it begins and which snapshots are taken of it. */
final class SnapshotOptions {
    private static final int MAX_LABEL_CHARACTERS = 256;

    /** As many as a run takes at a time, but for one that somebody else may want. */
    private static final int MAX_ORDERS = 3;

    @Option(
            names = "--from",
            paramLabel = "SNAPSHOT",
            converter = SnapshotArgument.Converter.class,
            description = {
                "Begin where a snapshot was taken: its number, or NUMBER/ENGINE for another"
                        + " engine's state than the reference's. Program, arguments and guest"
                        + " options are those of the snapshot.",
            })
    private @Nullable SnapshotArgument from;

    @Option(
            names = "--snapshot-at",
            paramLabel = "STEP",
            description =
                    "Take a snapshot at the first block end at or after STEP; may be repeated up to"
                            + " three times.")
    private List<Long> steps = List.of();

    @Option(
            names = "--snapshot-every",
            paramLabel = "STEPS",
            description = "Take a snapshot whenever about so many steps have passed.")
    private @Nullable Long every;

    @Option(
            names = "--snapshot-label",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What to call the snapshots; at most 256 characters.")
    private String label = "";

    /** Returns the snapshot to begin from. */
    Optional<SnapshotArgument> from() {
        return Optional.ofNullable(from);
    }

    /**
     * Returns which snapshots are wanted.
     *
     * @param begin step at which the run begins
     * @throws ConfigException if they cannot be
     */
    List<CaptureOrder> orders(long begin) {
        List<CaptureOrder> orders = new ArrayList<>();
        for (long step : steps) {
            check("--snapshot-at", step, 0);
            orders.add(new CaptureOrder(step, 0));
        }
        if (every != null) {
            check("--snapshot-every", every, 1);
            orders.add(new CaptureOrder(following(begin, every), every));
        }
        if (orders.size() > MAX_ORDERS) {
            throw new ConfigException(
                    "--snapshot-at, --snapshot-every: %d orders (expected: at most %d)"
                            .formatted(orders.size(), MAX_ORDERS));
        }
        return orders;
    }

    /** Multiples of a number of steps, so that a run that was restored goes on in step. */
    private static long following(long begin, long every) {
        return every > Long.MAX_VALUE - begin ? every : (begin / every + 1) * every;
    }

    static void check(String option, long value, long least) {
        if (value < least || value > CaptureOrder.MAX_STEPS) {
            throw new ConfigException(
                    "%s: %d (expected: %d to %d)"
                            .formatted(option, value, least, CaptureOrder.MAX_STEPS));
        }
    }

    /** Returns what they are called. */
    String label() {
        if (label.length() > MAX_LABEL_CHARACTERS) {
            throw new ConfigException(
                    "--snapshot-label: %d characters (expected: at most %d)"
                            .formatted(label.length(), MAX_LABEL_CHARACTERS));
        }
        return label;
    }
}
