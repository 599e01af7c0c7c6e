package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.snapshot.PagedMemory.DIRTY;
import static dev.lockstep.riscv.snapshot.PagedMemory.EXECUTABLE;
import static dev.lockstep.riscv.snapshot.PagedMemory.FREEZED;
import static dev.lockstep.riscv.snapshot.SnapshotFault.DATA_LOAD;
import static dev.lockstep.riscv.snapshot.SnapshotFault.INVALID_VERSION;
import static dev.lockstep.riscv.snapshot.SnapshotFault.OUT_OF_BOUND;
import static dev.lockstep.riscv.snapshot.SnapshotFault.PAGE_UNALIGNED;
import static dev.lockstep.riscv.snapshot.SnapshotFault.WRITE_ON_EXECUTABLE;
import static dev.lockstep.riscv.snapshot.SnapshotProfile.CHECKED;
import static dev.lockstep.riscv.snapshot.SnapshotProfile.COMPATIBLE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;

import dev.lockstep.riscv.memory.PageHash;
import dev.lockstep.riscv.snapshot.PageSnapshot.Dirty;
import dev.lockstep.riscv.snapshot.PageSnapshot.Sourced;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Collections;
import java.util.List;
import java.util.Map;

class PageSnapshotsTest {
    private static final int PAGE = 4096;
    private static final int PAGES = 64;
    private static final int SOURCE = 2;

    private static final CoreState CORE =
            new CoreState(Collections.nCopies(32, 7L), 0x1000, 5, 9, 0x2000);
    private static final CoreState ZEROS = new CoreState(Collections.nCopies(32, 0L), 0, 0, 0, 0);

    private final byte[] sourceBytes = counting(16 * PAGE);
    private ArrayData source = new ArrayData(Map.of(SOURCE, sourceBytes));

    /** A machine with its snapshots. */
    private record Fixture(PageSnapshots snapshots, PagedMachine machine, FlatPagedMemory memory) {
        PageTracker tracker() {
            return snapshots.tracker();
        }

        byte[] content() {
            return memory.load(0, PAGES * PAGE);
        }
    }

    private Fixture fixture(SnapshotProfile profile, CoreState core) {
        FlatPagedMemory memory = new FlatPagedMemory(PAGES);
        PagedMachine machine = new PagedMachine(1, memory, core);
        return new Fixture(new PageSnapshots(profile, source, machine), machine, memory);
    }

    private static byte[] counting(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static PageSnapshot snapshot(List<Sourced> sourced, List<Dirty> dirty) {
        return new PageSnapshot(1, sourced, dirty, CORE);
    }

    private Sourced sourced(long address, int flags, int id, long offset, int length) {
        byte[] content =
                source.load(id, offset, length).map(DataSource.Data::bytes).orElse(new byte[0]);
        ByteString hash = ByteString.copyFrom(PageHash.sha256().digest(content));
        return new Sourced(new PageRun<>(address, length, flags, id, offset), hash);
    }

    private static Dirty dirty(long address, int flags, int length) {
        return new Dirty(address, flags, ByteString.copyFrom(new byte[length]));
    }

    private static SnapshotFault fault(ThrowingCallable action) {
        return catchThrowableOfType(SnapshotException.class, action).fault();
    }

    private SnapshotFault resumeFault(SnapshotProfile profile, Sourced... sourced) {
        Fixture fixture = fixture(profile, ZEROS);
        return fault(() -> fixture.snapshots().resume(snapshot(List.of(sourced), List.of())));
    }

    private SnapshotFault resumeFault(SnapshotProfile profile, Dirty... dirty) {
        Fixture fixture = fixture(profile, ZEROS);
        return fault(() -> fixture.snapshots().resume(snapshot(List.of(), List.of(dirty))));
    }

    @ParameterizedTest
    @EnumSource
    void aShorterStoreAndRawWritesTakePagesFromTheirSource(SnapshotProfile profile) {
        Fixture fixture = fixture(profile, CORE);
        long elsewhere = 60 * PAGE;

        fixture.tracker().store(0, SOURCE, 2, 29186, elsewhere);
        fixture.tracker().store(0, SOURCE, 0, 11008, elsewhere);
        fixture.memory().clearFlags(60, DIRTY);

        String partial = hash(fixture.memory().load(8192, PAGE));
        String tail = hash(fixture.memory().load(28672, PAGE));
        assertThat(SnapshotCase.runs(fixture.snapshots().make()))
                .containsExactly(
                        "source 0 0 2 0 8192",
                        "source 12288 0 2 12290 16384",
                        "dirty 8192 4 4096 " + partial,
                        "dirty 28672 4 4096 " + tail);

        byte[] raw = SeededBytes.of(1, 29186);
        fixture.memory().store(0, raw);
        assertThat(SnapshotCase.runs(fixture.snapshots().make()))
                .containsExactly("dirty 0 4 32768 " + hash(fixture.memory().load(0, 32768)));
    }

    private static String hash(byte[] bytes) {
        return SnapshotCase.sha256(bytes);
    }

    @ParameterizedTest
    @EnumSource
    void anotherVersionIsRefusedAndChangesNothing(SnapshotProfile profile) {
        Fixture fixture = fixture(profile, ZEROS);
        PageSnapshot other = new PageSnapshot(2, List.of(), List.of(dirty(0, 4, PAGE)), CORE);

        assertThat(fault(() -> fixture.snapshots().resume(other))).isEqualTo(INVALID_VERSION);
        assertThat(fixture.machine().core()).isEqualTo(ZEROS);
        assertThat(fixture.memory().flags(0)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void misalignedRunsAreRefused(SnapshotProfile profile) {
        assertThat(resumeFault(profile, sourced(1, 0, SOURCE, 0, PAGE))).isEqualTo(PAGE_UNALIGNED);
        assertThat(resumeFault(profile, sourced(0, 0, SOURCE, 0, 100))).isEqualTo(PAGE_UNALIGNED);
        assertThat(resumeFault(profile, dirty(1, 4, PAGE))).isEqualTo(PAGE_UNALIGNED);
        assertThat(resumeFault(profile, dirty(0, 4, 100))).isEqualTo(PAGE_UNALIGNED);
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownSourceIsRefused(SnapshotProfile profile) {
        assertThat(resumeFault(profile, sourced(0, 0, 9, 0, PAGE))).isEqualTo(DATA_LOAD);
        Fixture fixture = fixture(profile, CORE);
        assertThat(fault(() -> fixture.tracker().store(0, 9, 0, PAGE, 0))).isEqualTo(DATA_LOAD);
        assertThat(fixture.memory().flags(0)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void pagesBeyondTheMemoryAreRefused(SnapshotProfile profile) {
        long end = (long) PAGES * PAGE;
        assertThat(resumeFault(profile, sourced(end, 0, SOURCE, 0, PAGE))).isEqualTo(OUT_OF_BOUND);
        assertThat(resumeFault(profile, dirty(end - PAGE, 4, 2 * PAGE))).isEqualTo(OUT_OF_BOUND);
        assertThat(resumeFault(profile, dirty(-PAGE, 4, 2 * PAGE))).isEqualTo(OUT_OF_BOUND);
    }

    @ParameterizedTest
    @EnumSource
    void anExecutablePageThatIsWrittenTwiceIsRefused(SnapshotProfile profile) {
        int executable = EXECUTABLE | FREEZED;
        Sourced first = sourced(0, executable, SOURCE, 0, PAGE);

        assertThat(resumeFault(profile, first, first)).isEqualTo(WRITE_ON_EXECUTABLE);
        assertThat(resumeFault(profile, dirty(0, executable, PAGE), dirty(0, 0, PAGE)))
                .isEqualTo(WRITE_ON_EXECUTABLE);
    }

    @Test
    void anErrorLeavesAPartInTheOriginalAloneAndNothingWhenChecked() {
        PageSnapshot broken = snapshot(List.of(), List.of(dirty(0, 4, PAGE), dirty(1, 4, PAGE)));

        Fixture original = fixture(COMPATIBLE, ZEROS);
        assertThat(fault(() -> original.snapshots().resume(broken))).isEqualTo(PAGE_UNALIGNED);
        assertThat(original.memory().flags(0)).isEqualTo(DIRTY);
        assertThat(original.machine().core()).isEqualTo(CORE.withLoadReservation(0));

        Fixture checked = fixture(CHECKED, ZEROS);
        checked.tracker().store(0, SOURCE, 0, 2 * PAGE, 60 * PAGE);
        PageSnapshot before = checked.snapshots().make();
        byte[] content = checked.content();
        assertThat(fault(() -> checked.snapshots().resume(broken))).isEqualTo(PAGE_UNALIGNED);
        assertThat(checked.snapshots().make()).isEqualTo(before);
        assertThat(checked.content()).isEqualTo(content);
    }

    @Test
    void aTargetThatIsNotFreshIsClearedWhenChecked() {
        PageSnapshot snapshot = snapshot(List.of(), List.of(dirty(0, DIRTY, PAGE)));

        Fixture original = fixture(COMPATIBLE, ZEROS);
        original.memory().store(PAGE, new byte[] {1});
        original.snapshots().resume(snapshot);
        assertThat(original.memory().load(PAGE, 1)).containsExactly(1);

        Fixture checked = fixture(CHECKED, ZEROS);
        checked.memory().store(PAGE, new byte[] {1});
        checked.memory().setFlags(0, EXECUTABLE);
        checked.snapshots().resume(snapshot);
        assertThat(checked.memory().load(PAGE, 1)).containsExactly(0);
        assertThat(checked.memory().flags(0)).isEqualTo(DIRTY);
        assertThat(checked.memory().flags(1)).isZero();
    }

    @Test
    void overlappingSegmentsAreRestoredRightlyWhenChecked() {
        List<LoadingAction> segments =
                List.of(
                        new LoadingAction(0, 2 * PAGE, 0, 0, 2 * PAGE, 0),
                        new LoadingAction(PAGE, PAGE, 0, 100, 200, 50));
        Fixture original = loaded(COMPATIBLE, segments);
        Fixture checked = loaded(CHECKED, segments);

        assertThat(resumed(COMPATIBLE, original).content()).isNotEqualTo(original.content());
        assertThat(resumed(CHECKED, checked).content()).isEqualTo(checked.content());
    }

    private Fixture loaded(SnapshotProfile profile, List<LoadingAction> segments) {
        Fixture fixture = fixture(profile, CORE);
        segments.forEach(segment -> fixture.memory().load(segment, sourceBytes));
        fixture.tracker().markProgram(segments, SOURCE, 0);
        return fixture;
    }

    private Fixture resumed(SnapshotProfile profile, Fixture from) {
        Fixture fresh = fixture(profile, ZEROS);
        fresh.snapshots().resume(from.snapshots().make());
        return fresh;
    }

    @Test
    void aFlagChangedAfterTrackingIsKeptWhenChecked() {
        for (SnapshotProfile profile : SnapshotProfile.values()) {
            Fixture fixture = fixture(profile, CORE);
            fixture.tracker().store(0, SOURCE, 0, PAGE, 60 * PAGE);
            fixture.memory().setFlags(0, FREEZED);

            assertThat(resumed(profile, fixture).memory().flags(0))
                    .as("%s", profile)
                    .isEqualTo(profile == CHECKED ? FREEZED : 0);
        }
    }

    @Test
    void flagsOfAPageThatWasNeverWrittenAreKeptWhenChecked() {
        for (SnapshotProfile profile : SnapshotProfile.values()) {
            Fixture fixture = fixture(profile, CORE);
            fixture.memory().setFlags(3, EXECUTABLE);

            assertThat(resumed(profile, fixture).memory().flags(3))
                    .as("%s", profile)
                    .isEqualTo(profile == CHECKED ? EXECUTABLE : 0);
        }
    }

    @Test
    void aSourceThatHasLessOrOtherThanRecordedIsRefusedWhenChecked() {
        Sourced two = sourced(0, 0, SOURCE, 0, 2 * PAGE);

        source = new ArrayData(Map.of(SOURCE, counting(PAGE)));
        assertThat(resumeFault(CHECKED, two)).isEqualTo(DATA_LOAD);
        fixture(COMPATIBLE, ZEROS).snapshots().resume(snapshot(List.of(two), List.of()));

        source = new ArrayData(Map.of(SOURCE, new byte[2 * PAGE]));
        assertThat(resumeFault(CHECKED, two)).isEqualTo(DATA_LOAD);
        fixture(COMPATIBLE, ZEROS).snapshots().resume(snapshot(List.of(two), List.of()));
    }

    @Test
    void aRangeNearTheEndOfAddressesGoesOnAtPageZeroInTheOriginalAlone() {
        Fixture original = fixture(COMPATIBLE, CORE);
        original.memory().setFlags(0, DIRTY);
        original.tracker().track(-100, 100 + PAGE, SOURCE, 0);
        assertThat(original.memory().flags(0)).isZero();
        assertThat(SnapshotCase.runs(original.snapshots().make()))
                .containsExactly("source 0 0 2 100 4096");

        Fixture checked = fixture(CHECKED, CORE);
        assertThat(fault(() -> checked.tracker().track(-100, 100 + PAGE, SOURCE, 0)))
                .isEqualTo(OUT_OF_BOUND);
        LoadingAction wrapping = new LoadingAction(-PAGE, 2 * PAGE, 0, 0, PAGE, 100);
        assertThat(fault(() -> checked.tracker().markProgram(List.of(wrapping), SOURCE, 0)))
                .isEqualTo(OUT_OF_BOUND);
        LoadingAction outside = new LoadingAction(0, PAGE, 0, 0, PAGE, PAGE + 1);
        assertThat(fault(() -> checked.tracker().markProgram(List.of(outside), SOURCE, 0)))
                .isEqualTo(OUT_OF_BOUND);
    }

    @ParameterizedTest
    @EnumSource
    void aRangeThatEndsAtTheLastAddressHasNoWholePage(SnapshotProfile profile) {
        Fixture fixture = fixture(profile, CORE);
        fixture.tracker().track(-100, 100, SOURCE, 0);
        fixture.tracker().track(-100, 50, SOURCE, 0);
        fixture.tracker().track(-100, 0, SOURCE, 0);

        assertThat(fixture.snapshots().make()).isEqualTo(snapshot(List.of(), List.of()));
    }

    @ParameterizedTest
    @EnumSource
    void rangesThatWrapAreNeitherUntrackedNorStored(SnapshotProfile profile) {
        Fixture fixture = fixture(profile, CORE);

        assertThat(fault(() -> fixture.tracker().untrack(-1, 2))).isEqualTo(OUT_OF_BOUND);
        assertThat(fault(() -> fixture.memory().store(-1, new byte[2]))).isEqualTo(OUT_OF_BOUND);
        assertThat(fault(() -> fixture.tracker().store(0, SOURCE, 0, 1, -4)))
                .isEqualTo(OUT_OF_BOUND);
        assertThat(fixture.memory().flags(0)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsBesideMemoryComesBack(SnapshotProfile profile) {
        assertThat(resumed(profile, fixture(profile, CORE)).machine().core()).isEqualTo(CORE);
    }
}
