package dev.lockstep.server.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.lockstep.proto.v1.ByteRange;
import dev.lockstep.proto.v1.FieldDifference;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.MappingDifference;
import dev.lockstep.proto.v1.SnapshotDiff;
import dev.lockstep.proto.v1.SnapshotEngine;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.proto.v1.StateList;
import dev.lockstep.protocol.Protocol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;

class SnapshotComparisonTest {
    @TempDir Path directory;

    private final Random random = new Random(5);
    private final FakeGuest reference = FakeGuest.random(random, 1000, 100);

    @Test
    void equalStatesAreEqualWhateverTheWorld() {
        FakeGuest subject = reference.copy();
        subject.world.addFields(FakeGuest.number("descriptor", 3));
        assertThat(compare(subject)).isEqualTo(SnapshotDiff.newBuilder().setEqual(true).build());
    }

    @Test
    void differentFieldsAreNamedFromTheOutsideIn() {
        reference.machine.addFields(list("actions", number("handler", 1), number("handler", 2)));
        FakeGuest subject = reference.copy();
        subject.machine
                .clearFields()
                .addFields(
                        FakeGuest.group(
                                "hart", FakeGuest.number("x5", 5), FakeGuest.number("x6", 7)))
                .addFields(
                        list("actions", number("handler", 1), number("handler", 3), number("a", 4)))
                .addFields(StateField.newBuilder().setName("name").setText("late"));
        subject.step += 10;

        SnapshotDiff diff = compareOfTwo(subject);
        assertThat(diff.getEqual()).isFalse();
        assertThat(diff.getFieldsList())
                .extracting(
                        FieldDifference::getPath,
                        FieldDifference::getReference,
                        FieldDifference::getSubject)
                .containsExactly(
                        tuple("step", "1000", "1010"),
                        tuple("blocks", "100", "101"),
                        tuple("hart.x6", "0x6", "0x7"),
                        tuple("actions[1].handler", "0x2", "0x3"),
                        tuple("actions[2].a", "", "0x4"),
                        tuple("name", "", "\"late\""));
        assertThat(diff.getFieldCount()).isEqualTo(6);
        assertThat(diff.getPageCount()).isZero();
    }

    @Test
    void differentPagesAreToldByTheBytesThatDiffer() {
        FakeGuest subject = reference.copy();
        long second = FakeGuest.BASE + Protocol.PAGE_BYTES;
        page(subject, FakeGuest.BASE)[Protocol.PAGE_BYTES - 2]++;
        page(subject, second)[3]++;
        page(subject, second)[500]++;
        long last = FakeGuest.BASE + 99L * Protocol.PAGE_BYTES;
        subject.pages.remove(last);
        long late = FakeGuest.BASE + 900L * Protocol.PAGE_BYTES;
        byte[] lonely = new byte[Protocol.PAGE_BYTES];
        lonely[7] = 9;
        subject.pages.put(late, lonely);

        SnapshotDiff diff = compare(subject);
        assertThat(diff.getEqual()).isFalse();
        assertThat(diff.getFieldsList()).isEmpty();
        assertThat(diff.getPageCount()).isEqualTo(4);
        List<ByteRange> ranges = diff.getRangesList();
        assertThat(ranges.subList(0, 2))
                .extracting(ByteRange::getAddress, ByteRange::getLengthBytes)
                .containsExactly(tuple(second - 2, 6L), tuple(second + 500, 1L));
        assertThat(ranges.get(2).getAddress()).isBetween(last, last + 10);
        assertThat(ranges.getLast().getAddress()).isEqualTo(late + 7);
        assertThat(ranges.getLast().getReference().toByteArray()).containsExactly(0);
        assertThat(ranges.getLast().getSubject().toByteArray()).containsExactly(9);
    }

    @Test
    void memoryThatIsNotMappedAlikeIsTold() {
        assertThat(
                        MappingDiff.of(
                                List.of(mapped(0x1000, 4, 3), mapped(0x8000, 1, 1)),
                                List.of(mapped(0x2000, 1, 5), mapped(0x3000, 2, 3))))
                .extracting(SnapshotComparisonTest::text)
                .containsExactly("1000+1000 3 -", "2000+1000 3 5", "8000+1000 1 -");
        assertThat(MappingDiff.of(List.of(mapped(-0x1000, 1, 3)), List.of(mapped(0, 1, 0))))
                .extracting(SnapshotComparisonTest::text)
                .containsExactly("0+1000 - 0", "fffffffffffff000+1000 3 -");
        assertThat(MappingDiff.of(List.of(), List.of())).isEmpty();
    }

    @Test
    void whatOneSideHasOnlyEmptyIsToldOf() {
        FakeGuest subject = reference.copy();
        StateGroup nothing = StateGroup.getDefaultInstance();
        reference.machine.addFields(list("items", number("a", 1)));
        subject.machine.addFields(list("items", number("a", 1), nothing));
        subject.machine.addFields(list("none"));
        subject.machine.addFields(StateField.newBuilder().setName("group").setGroup(nothing));
        assertThat(compare(subject).getFieldsList())
                .extracting(
                        FieldDifference::getPath,
                        FieldDifference::getReference,
                        FieldDifference::getSubject)
                .containsExactly(
                        tuple("items[1]", "", "0 fields"),
                        tuple("none", "", "0 items"),
                        tuple("group", "", "0 fields"));
    }

    @Test
    void aHundredThousandFieldsAreCountedAndAThousandTold() {
        FakeGuest subject = reference.copy();
        for (int i = 0; i < 100_000; i++) {
            subject.machine.addFields(FakeGuest.number("f" + i, i));
        }
        SnapshotDiff diff = compare(subject);
        assertThat(diff.getFieldCount()).isEqualTo(100_000);
        assertThat(diff.getFieldsList()).hasSize(1000);
    }

    /** Compares two engines of one snapshot. */
    private SnapshotDiff compare(FakeGuest subject) {
        SnapshotStore store = SnapshotStore.open(directory);
        long id = FakeGuest.take(store, reference, subject).getId();
        return store.compare(engine(id, ""), engine(id, "e1"), 100_000);
    }

    private SnapshotDiff compareOfTwo(FakeGuest subject) {
        SnapshotStore store = SnapshotStore.open(directory);
        long left = FakeGuest.take(store, reference).getId();
        long right = FakeGuest.take(store, subject).getId();
        return store.compare(engine(left, ""), engine(right, ""), 256);
    }

    private static SnapshotEngine engine(long id, String name) {
        return SnapshotEngine.newBuilder().setId(id).setEngine(name).build();
    }

    private static byte[] page(FakeGuest guest, long address) {
        return guest.pages.ceilingEntry(address).getValue();
    }

    private static StateGroup number(String name, long value) {
        return StateGroup.newBuilder().addFields(FakeGuest.number(name, value)).build();
    }

    private static StateField list(String name, StateGroup... items) {
        return StateField.newBuilder()
                .setName(name)
                .setList(StateList.newBuilder().addAllItems(List.of(items)))
                .build();
    }

    private static MappedRange mapped(long address, int pages, int permissions) {
        return MappedRange.newBuilder()
                .setAddress(address)
                .setLengthBytes((long) pages * Protocol.PAGE_BYTES)
                .setPermissions(permissions)
                .build();
    }

    private static String text(MappingDifference difference) {
        return "%x+%x %s %s"
                .formatted(
                        difference.getAddress(),
                        difference.getLengthBytes(),
                        difference.hasReference() ? difference.getReference() : "-",
                        difference.hasSubject() ? difference.getSubject() : "-");
    }
}
