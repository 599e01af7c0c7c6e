package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.EngineSnapshot;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.MappingDifference;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.protocol.Protocol;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** Compares the states of two engines, of one snapshot or of two. */
final class SnapshotComparison {
    private static final int MAX_FIELDS = 1000;
    private static final int MAX_MAPPINGS = 1000;

    private static final byte[] ZEROS = new byte[Protocol.PAGE_BYTES];

    private final Side reference;
    private final Side subject;
    private final SnapshotDiff.Builder result = SnapshotDiff.newBuilder();

    /** An engine's part of a snapshot. */
    record Side(SnapshotReader snapshot, int place) {
        EngineSnapshot account() {
            return snapshot.manifest().getEngines(place);
        }

        GuestState state() {
            return snapshot.state(place);
        }

        Tree memory() {
            return snapshot.memory(place);
        }
    }

    private SnapshotComparison(Side reference, Side subject) {
        this.reference = reference;
        this.subject = subject;
    }

    static SnapshotDiff compare(Side reference, Side subject, int rangeLimit) {
        if (Manifests.areEqual(reference.account(), subject.account())) {
            return SnapshotDiff.newBuilder().setEqual(true).build();
        }
        SnapshotComparison comparison = new SnapshotComparison(reference, subject);
        comparison.compareMachines();
        comparison.compareMemory(rangeLimit);
        return comparison.result.build();
    }

    private void compareMachines() {
        if (reference.account().getMachineDigest().equals(subject.account().getMachineDigest())) {
            return;
        }
        GuestState left = reference.state();
        GuestState right = subject.state();
        FieldDiff fields = new FieldDiff(MAX_FIELDS);
        fields.compare(left, right);
        List<MappingDifference> mappings =
                MappingDiff.of(left.getMappingsList(), right.getMappingsList());
        result.addAllFields(fields.differences())
                .setFieldCount(fields.count())
                .addAllMappings(mappings.subList(0, Math.min(mappings.size(), MAX_MAPPINGS)))
                .setMappingCount(mappings.size());
    }

    private void compareMemory(int rangeLimit) {
        Tree left = reference.memory();
        Tree right = subject.memory();
        TreeDiff pages = new TreeDiff(left, right);
        ByteRanges ranges = new ByteRanges(rangeLimit);
        long pageCount = 0;
        for (Optional<TreeDiff.Page> next = pages.next(); next.isPresent(); next = pages.next()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException("nobody waits for the comparison any more");
            }
            TreeDiff.Page page = next.get();
            ranges.add(
                    TreeBuilder.address(page.page()),
                    content(left, page.reference(), page.page()),
                    content(right, page.subject(), page.page()));
            pageCount++;
        }
        result.setPageCount(pageCount)
                .addAllRanges(ranges.finish())
                .setRangeCount(ranges.rangeCount())
                .setByteCount(ranges.byteCount());
    }

    private static byte[] content(Tree tree, @Nullable Hash hash, long page) {
        return hash == null ? ZEROS : tree.page(hash, page);
    }
}
