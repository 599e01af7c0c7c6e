package dev.lockstep.server.snapshot;

import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.MappingDifference;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Finds where memory is not mapped alike. Not thread-safe. */
final class MappingDiff {
    private static final long LAST_ADDRESS = -1;

    private final Side reference;
    private final Side subject;
    private final List<MappingDifference> differences = new ArrayList<>();

    private MappingDiff(List<MappedRange> reference, List<MappedRange> subject) {
        this.reference = new Side(reference);
        this.subject = new Side(subject);
    }

    /** Goes up through the mappings of one side. */
    private static final class Side {
        private final List<MappedRange> ranges;
        private int current;

        Side(List<MappedRange> ranges) {
            this.ranges = ranges;
        }

        /** Leaves those below an address. */
        void advanceTo(long address) {
            while (current < ranges.size()
                    && Long.compareUnsigned(lastOf(ranges.get(current)), address) < 0) {
                current++;
            }
        }

        /** Returns the permissions at an address, which was advanced to; null if not mapped. */
        @Nullable Integer permissions(long address) {
            return holds(address) ? ranges.get(current).getPermissions() : null;
        }

        /** Returns up to where the same holds as at an address. */
        long last(long address) {
            if (current == ranges.size()) {
                return LAST_ADDRESS;
            }
            MappedRange range = ranges.get(current);
            return holds(address) ? lastOf(range) : range.getAddress() - 1;
        }

        private boolean holds(long address) {
            return current < ranges.size()
                    && Long.compareUnsigned(ranges.get(current).getAddress(), address) <= 0;
        }

        private static long lastOf(MappedRange range) {
            return range.getAddress() + range.getLengthBytes() - 1;
        }
    }

    /** Returns what differs, ascending. */
    static List<MappingDifference> of(List<MappedRange> reference, List<MappedRange> subject) {
        MappingDiff diff = new MappingDiff(reference, subject);
        diff.compare();
        return diff.differences;
    }

    private void compare() {
        long first = 0;
        long last = 0;
        do {
            reference.advanceTo(first);
            subject.advanceTo(first);
            long left = reference.last(first);
            long right = subject.last(first);
            last = Long.compareUnsigned(left, right) < 0 ? left : right;
            add(first, last, reference.permissions(first), subject.permissions(first));
            first = last + 1;
        } while (last != LAST_ADDRESS);
    }

    private void add(
            long first, long last, @Nullable Integer referenceHas, @Nullable Integer subjectHas) {
        if (Objects.equals(referenceHas, subjectHas)) {
            return;
        }
        MappingDifference.Builder difference =
                MappingDifference.newBuilder().setAddress(first).setLengthBytes(last - first + 1);
        if (referenceHas != null) {
            difference.setReference(referenceHas);
        }
        if (subjectHas != null) {
            difference.setSubject(subjectHas);
        }
        differences.add(difference.build());
    }
}
