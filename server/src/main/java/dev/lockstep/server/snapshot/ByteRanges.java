package dev.lockstep.server.snapshot;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.ByteRange;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds the bytes that differ in pages that are given in ascending order. Not thread-safe. */
final class ByteRanges {
    /** So many equal bytes end a range; fewer count as part of it. */
    private static final int GAP_BYTES = 8;

    private static final int SHOWN_BYTES = 64;

    private final int limit;
    private final List<ByteRange> ranges = new ArrayList<>();
    private long rangeCount;
    private long byteCount;

    /** The range that may still grow: its first byte, and the first one after it. */
    private long start;

    private long end;
    private boolean isOpen;

    /** What stands from the start on, the range and what follows it. */
    private byte[] shownReference = {};

    private byte[] shownSubject = {};

    /**
     * Creates one.
     *
     * @param limit ranges kept at most; all are counted
     */
    ByteRanges(int limit) {
        this.limit = limit;
    }

    /** Compares two pages of the same address. */
    void add(long address, byte[] reference, byte[] subject) {
        if (isOpen && start + shownReference.length == address) {
            show(reference, subject);
        }
        int offset = mismatch(reference, subject, 0);
        while (offset >= 0) {
            extend(address + offset, offset, reference, subject);
            offset = mismatch(reference, subject, offset + 1);
        }
    }

    /** Returns the ranges, once all pages were added. */
    List<ByteRange> finish() {
        close();
        return ranges;
    }

    long rangeCount() {
        return rangeCount;
    }

    /** Returns how many bytes all ranges have. */
    long byteCount() {
        return byteCount;
    }

    private static int mismatch(byte[] reference, byte[] subject, int from) {
        int found =
                Arrays.mismatch(reference, from, reference.length, subject, from, subject.length);
        return found < 0 ? -1 : from + found;
    }

    private void extend(long address, int offset, byte[] reference, byte[] subject) {
        if (!isOpen || address - end >= GAP_BYTES) {
            close();
            isOpen = true;
            start = address;
            int shown = Math.min(reference.length, offset + SHOWN_BYTES);
            shownReference = Arrays.copyOfRange(reference, offset, shown);
            shownSubject = Arrays.copyOfRange(subject, offset, shown);
        }
        end = address + 1;
    }

    /** The range may go on in this page, which follows that of its start. */
    private void show(byte[] reference, byte[] subject) {
        int before = shownReference.length;
        shownReference = Arrays.copyOf(shownReference, SHOWN_BYTES);
        shownSubject = Arrays.copyOf(shownSubject, SHOWN_BYTES);
        System.arraycopy(reference, 0, shownReference, before, SHOWN_BYTES - before);
        System.arraycopy(subject, 0, shownSubject, before, SHOWN_BYTES - before);
    }

    private void close() {
        if (!isOpen) {
            return;
        }
        isOpen = false;
        rangeCount++;
        byteCount += end - start;
        if (ranges.size() < limit) {
            int shown = (int) Math.min(end - start, shownReference.length);
            ranges.add(
                    ByteRange.newBuilder()
                            .setAddress(start)
                            .setLengthBytes(end - start)
                            .setReference(ByteString.copyFrom(shownReference, 0, shown))
                            .setSubject(ByteString.copyFrom(shownSubject, 0, shown))
                            .build());
        }
    }
}
