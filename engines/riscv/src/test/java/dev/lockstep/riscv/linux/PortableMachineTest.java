package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.proto.v1.StateField;
import dev.lockstep.proto.v1.StateGroup;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.MachineState;
import dev.lockstep.riscv.ModelState;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.StateWriter;
import dev.lockstep.riscv.contract.StateDocument;
import dev.lockstep.sdk.InputAnswer;
import dev.lockstep.sdk.InputCall;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What every side knows of a process of Linux, written down and read. */
final class PortableMachineTest {
    /** What is no part of a state, or is not reached by one. */
    private static final Set<String> LEFT =
            Set.of(
                    "LinuxMachine.events",
                    "LinuxMachine.state",
                    "Signals.events",
                    "GuestProcess.noted",
                    "Timers.deadlineNanos",
                    "Timers.interval",
                    "HostFiles.kernel",
                    "HostFiles.descriptors",
                    "HostFiles.directory",
                    "HostFiles.start",
                    "LinuxMachine.contents",
                    "MappedFiles.open",
                    "MappedFiles.behind",
                    "ReplayedOutput.streams",
                    "FilePages.hasCheckpoint",
                    "SyscallTable.rows",
                    "Hart.openDigest",
                    "Hart.trapCause",
                    "Hart.trapValue");

    /** A side that asks no world: the subject. */
    private static final InputSource SUBJECT =
            new InputSource() {
                @Override
                public InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
                    throw new AssertionError("asked " + call);
                }

                @Override
                public boolean performs() {
                    return false;
                }
            };

    @TempDir private Path directory;
    private final LinuxGuest guest = new LinuxGuest(new Hart(), InputSource.HOST);

    @BeforeEach
    void fill() throws IOException {
        Path path = Files.writeString(directory.resolve("file"), "0123456789");
        long file = guest.call(56, -100, guest.string(path.toString()), 2, 0);
        guest.call(222, 0, 0x3000, 3, 1, file, 0); // shared
        guest.call(222, 0, 0x2000, 1, 2, file, 0); // private
        long second = guest.call(222, 0, 0x2000, 3, 1, file, 0x1000);
        guest.call(215, second, 0x1000);
        guest.call(214, guest.call(214, 0) + 0x1800);
        guest.call(92, 8);
        guest.call(167, 15, guest.string("other"));
        guest.call(167, 1, 5);
        set(100, 200);
        guest.call(164, 7, guest.buffer);
        set(0x123450, 0x08000000, 0, 2);
        guest.call(134, 12, guest.buffer, 0, 8);
        set(Signal.bit(10) | Signal.bit(12) | Signal.bit(40));
        guest.call(135, 0, guest.buffer, 0, 8);
        long pid = guest.call(172);
        guest.call(129, pid, 10);
        guest.call(130, pid, 12);
        set(40, -1, 0, 77);
        guest.call(138, pid, 40, guest.buffer); // a queued value
        guest.call(138, pid, 40, guest.buffer);
        set(0x10000, 0, 0x4000);
        guest.call(132, guest.buffer, 0);
        set(1000, 0, 1000, 0);
        guest.call(103, 0, guest.buffer, 0);
        guest.hart.f[7] = 0x3ff0_0000_0000_0000L;
        guest.hart.fflags = 0x11;
        guest.hart.frm = 2;
        guest.hart.reservation = guest.buffer;
        guest.hart.reservedValue = -7;
        guest.hart.steps = 1000;
        guest.hart.blocks = 100;
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private void set(long... words) {
        for (int i = 0; i < words.length; i++) {
            guest.memory.storeLong(guest.buffer + (long) i * Long.BYTES, words[i]);
        }
    }

    private static Map<String, String> model(LinuxGuest of) {
        return ModelState.of(of.machine, LEFT);
    }

    @Test
    void aMachineIsMadeAgainFromItsStateFieldByField() {
        GuestState state = guest.state();
        try (LinuxGuest resumed = guest.resumed(state, SUBJECT)) {
            assertThat(model(resumed)).isEqualTo(model(guest));
            assertThat(resumed.state().toByteString()).isEqualTo(state.toByteString());
            assertThat(resumed.machine.hasAskedHost()).isFalse();
        }
    }

    @Test
    void noFieldCanBeLeftOutOrChangeItsKindOrBeUnknown() {
        GuestState state = guest.state();
        for (StateGroup wrong : variations(state.getMachine())) {
            assertRefused(state.toBuilder().setMachine(wrong).build());
        }
    }

    private void assertRefused(GuestState wrong) {
        Map<String, String> before = model(guest);
        assertThatThrownBy(() -> guest.resumed(wrong, SUBJECT).close())
                .isInstanceOf(StateException.class)
                .hasMessageContaining("expected");
        assertThat(model(guest)).isEqualTo(before);
    }

    /** Returns a group in which, at one place each, something is wrong. */
    private static List<StateGroup> variations(StateGroup group) {
        List<StateGroup> all = new ArrayList<>();
        StateField odd = StateField.newBuilder().setName("odd").setNumber(1).build();
        all.add(group.toBuilder().addFields(odd).build());
        for (int i = 0; i < group.getFieldsCount(); i++) {
            StateField field = group.getFields(i);
            all.add(group.toBuilder().removeFields(i).build());
            boolean isText = field.hasText();
            StateField.Builder other = StateField.newBuilder().setName(field.getName());
            all.add(
                    group.toBuilder()
                            .setFields(i, isText ? other.setNumber(1) : other.setText("x"))
                            .build());
            for (StateField inner : insideOf(field)) {
                all.add(group.toBuilder().setFields(i, inner).build());
            }
        }
        return all;
    }

    private static List<StateField> insideOf(StateField field) {
        List<StateField> all = new ArrayList<>();
        if (field.hasGroup()) {
            variations(field.getGroup())
                    .forEach(group -> all.add(field.toBuilder().setGroup(group).build()));
        }
        for (int i = 0; field.hasList() && i < field.getList().getItemsCount(); i++) {
            int at = i;
            variations(field.getList().getItems(i))
                    .forEach(group ->
                            all.add(
                                    field.toBuilder()
                                            .setList(
                                                    field.getList().toBuilder().setItems(at, group))
                                            .build()));
        }
        return all;
    }

    @Test
    void everyFieldIsInTheDocument() throws Exception {
        GuestState state = guest.stateAndWorld();
        assertThat(StateDocument.lacking(state.getMachine())).isEmpty();
        assertThat(StateDocument.lacking(state.getWorld())).isEmpty();
    }

    @Test
    void aStateOfAnotherVersionIsRefusedForThat() {
        GuestState.Builder state = guest.state().toBuilder();
        state.getMachineBuilder().getFieldsBuilder(0).setNumber(2);
        state.getMachineBuilder().addFields(StateField.newBuilder().setName("later").setNumber(1));
        assertThatThrownBy(() -> guest.resumed(state.build(), SUBJECT).close())
                .isInstanceOf(StateException.class)
                .hasMessageStartingWith("version: 2 (expected: 1;");
    }

    @Test
    void aStateThatContradictsItselfIsRefused() {
        GuestState state = guest.state();
        assertThatThrownBy(
                        () -> guest.resumed(state.toBuilder().setStep(7).build(), SUBJECT).close())
                .isInstanceOf(StateException.class)
                .hasMessage("step: 0x7 (expected: 0x3e8, as the hart has it)");
    }

    @Test
    void whatIsRefusedLeavesTheHartAsItWas() {
        Hart hart = new Hart();
        hart.x[5] = 55;
        hart.pc = 0x1234;
        GuestState wrong = guest.state().toBuilder().setBlockCount(1).build();
        MachineState machine =
                new MachineState(guest.memory.sizeBytes(), hart, "linux", fields -> {});
        StateGroup own = StateWriter.write(machine);
        assertThatThrownBy(() -> machine.read(wrong, SUBJECT, _ -> {}))
                .isInstanceOf(StateException.class);
        assertThat(StateWriter.write(machine)).isEqualTo(own);
    }

    @Test
    void aGuestThatHasEndedHasNoState() {
        guest.tryCall(94, 3);
        assertThatThrownBy(guest.machine::state)
                .isInstanceOf(StateException.class)
                .hasMessageContaining("ended");
    }
}
