package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;
import static dev.lockstep.riscv.snapshot.PagedMemory.DIRTY;

import com.google.protobuf.ByteString;

import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.snapshot.PageSnapshot.Dirty;
import dev.lockstep.riscv.snapshot.PageSnapshot.Sourced;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Snapshots of one machine, in which a page that has what a source has takes no room, as CKB-VM's
 * snapshot2 makes them.
 */
final class PageSnapshots {
    /** Stands for the source of a dirty page, which is memory itself. */
    private static final int MEMORY = -1;

    private final SnapshotProfile profile;
    private final DataSource source;
    private final PagedMachine machine;
    private final PagedMemory memory;
    private final PageTracker tracker;

    PageSnapshots(SnapshotProfile profile, DataSource source, PagedMachine machine) {
        this.profile = profile;
        this.source = source;
        this.machine = machine;
        memory = machine.memory();
        tracker = new PageTracker(profile, source, memory);
    }

    private boolean checks() {
        return profile == SnapshotProfile.CHECKED;
    }

    /** Returns who must be told what memory is filled from. */
    PageTracker tracker() {
        return tracker;
    }

    /** Makes a snapshot, and changes nothing. */
    PageSnapshot make() {
        List<PageRun<Integer>> sourced = tracker.sourcedPages();
        return new PageSnapshot(
                machine.version(),
                PageRun.joined(sourced).stream().map(this::sourced).toList(),
                PageRun.joined(ownPages(sourced)).stream().map(this::dirty).toList(),
                machine.core());
    }

    private Sourced sourced(PageRun<Integer> run) {
        return new Sourced(run, checks() ? sha256(content(run)) : ByteString.EMPTY);
    }

    /** Returns the pages that the snapshot has to keep itself. */
    private List<PageRun<Integer>> ownPages(List<PageRun<Integer>> sourced) {
        Set<Long> others = sourced.stream().map(PageRun::address).collect(Collectors.toSet());
        // A page that was never written has flags to be kept, too.
        int kept = checks() ? ~0 : DIRTY;
        return LongStream.range(0, memory.pageCount())
                .filter(page -> (memory.flags(page) & kept) != 0)
                .filter(page -> !others.contains(page * PAGE_BYTES))
                .mapToObj(this::ownPage)
                .toList();
    }

    private PageRun<Integer> ownPage(long page) {
        long address = page * PAGE_BYTES;
        return new PageRun<>(address, PAGE_BYTES, memory.flags(page), MEMORY, address);
    }

    private Dirty dirty(PageRun<Integer> run) {
        return new Dirty(run.address(), run.flags(), ByteString.copyFrom(content(run)));
    }

    private byte[] content(PageRun<Integer> run) {
        return memory.load(run.address(), (int) run.lengthBytes());
    }

    private static ByteString sha256(byte[] content) {
        return ByteString.copyFrom(PageHash.sha256().digest(content));
    }

    /**
     * Makes the machine what a snapshot says. Checked, this is all or nothing; compatible, memory
     * must be fresh, and an error leaves a part of it.
     */
    void resume(PageSnapshot snapshot) {
        if (snapshot.version() != machine.version()) {
            throw new SnapshotException(
                    SnapshotFault.INVALID_VERSION,
                    "version %d (expected: %d)".formatted(snapshot.version(), machine.version()));
        }
        if (checks()) {
            memory.refill(() -> tracker.retrack(() -> fill(snapshot)));
            machine.setCore(snapshot.core());
        } else {
            long reservation = machine.core().loadReservation();
            tracker.forgetAll();
            machine.setCore(snapshot.core().withLoadReservation(reservation));
            fill(snapshot);
            machine.setCore(snapshot.core());
        }
    }

    private void fill(PageSnapshot snapshot) {
        snapshot.sourced().forEach(this::fill);
        snapshot.dirty().forEach(this::fill);
    }

    private void fill(Sourced sourced) {
        PageRun<Integer> run = sourced.pages();
        checkAligned("address", run.address());
        byte[] content = source.loadOrThrow(run.source(), run.offset(), run.lengthBytes()).bytes();
        checkAligned("length", content.length);
        if (checks()) {
            checkSame(sourced, content);
        }
        fill(run.address(), run.flags(), content);
        tracker.track(run.address(), content.length, run.source(), run.offset());
    }

    private void checkSame(Sourced sourced, byte[] content) {
        boolean isWhole = content.length == sourced.pages().lengthBytes();
        if (!isWhole || !sha256(content).equals(sourced.sha256())) {
            throw new SnapshotException(
                    SnapshotFault.DATA_LOAD,
                    "source %d has %d bytes at %d (expected: %d with the SHA-256 of the snapshot)"
                            .formatted(
                                    sourced.pages().source(),
                                    content.length,
                                    sourced.pages().offset(),
                                    sourced.pages().lengthBytes()));
        }
    }

    private void fill(Dirty dirty) {
        checkAligned("address", dirty.address());
        checkAligned("length", dirty.content().size());
        fill(dirty.address(), dirty.flags(), dirty.content().toByteArray());
    }

    private void fill(long address, int flags, byte[] content) {
        memory.store(address, content);
        long first = Long.divideUnsigned(address, PAGE_BYTES);
        for (long i = 0; i < content.length / PAGE_BYTES; i++) {
            memory.clearFlags(first + i, checks() ? DIRTY : 0);
            memory.setFlags(first + i, flags);
        }
    }

    private static void checkAligned(String what, long value) {
        if (value % PAGE_BYTES != 0) {
            throw new SnapshotException(
                    SnapshotFault.PAGE_UNALIGNED,
                    "%s 0x%x of a run (expected: a multiple of 4096)".formatted(what, value));
        }
    }
}
