package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.ModelState;
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
import java.util.function.Supplier;

/** What of a Linux machine comes back, and what stays. */
final class CheckpointTest {
    /** Fields that stay as they are, each with the reason; all others have to come back. */
    private static final Map<String, String> STAYS =
            Map.ofEntries(
                    Map.entry("LinuxMachine.hart", "comes back by itself"),
                    Map.entry("Signals.hart", "comes back by itself"),
                    Map.entry("SignalFrame.hart", "comes back by itself"),
                    Map.entry("Timers.hart", "comes back by itself"),
                    Map.entry("LinuxMachine.state", "writes what comes back"),
                    Map.entry("LinuxMachine.events", "knows only the call being served"),
                    Map.entry("Signals.events", "knows only the call being served"),
                    Map.entry("GuestProcess.noted", "the user has been told"),
                    Map.entry("Timers.deadlineNanos", "time of the host"),
                    Map.entry("Timers.interval", "time of the host"),
                    Map.entry("LinuxMachine.contents", "what files of the host hold"),
                    Map.entry("HostFiles.start", "a path of the host"),
                    Map.entry("HostFiles.kernel", "the host's kernel"),
                    Map.entry("HostFiles.descriptors", "descriptors of the host"),
                    Map.entry("HostFiles.directory", "a descriptor of the host"),
                    Map.entry("FileSources.sources", "descriptors of the host"),
                    Map.entry("MappedFiles.open", "descriptors of the host"),
                    Map.entry("MappedFiles.behind", "descriptors of the host"),
                    Map.entry("ReplayedOutput.streams", "what was shown stays shown"),
                    Map.entry("FilePageMap.ofFiles", "nobody changes what a checkpoint has"),
                    Map.entry("FilePageMap.shared", "nobody changes what a checkpoint has"),
                    Map.entry("FilePages.hasCheckpoint", "says who else has the same pages"),
                    Map.entry("SyscallTable.rows", "never changes"));

    /** Fields that come back and that no call changes from without, each with the reason. */
    private static final Map<String, String> STEADY =
            Map.of(
                    "AddressSpace.initialBreak", "the image decides it",
                    "Signals.returnAddress", "the image decides it",
                    "GuestProcess.userId", "told at the start",
                    "Signals.suspendedMask", "null outside of a call",
                    "Signals.forced", "null outside of a call");

    private static final long PID = 4711;
    private static final int USR1 = 10;
    private static final int USR2 = 12;

    /** Performs what is new, and answers what was asked before by what it knows. */
    private static final class Log {
        private final List<InputCall> calls = new ArrayList<>();
        private final List<InputAnswer> answers = new ArrayList<>();
        private int position;

        InputAnswer obtain(InputCall call, Supplier<InputAnswer> perform) {
            if (position == calls.size()) {
                InputAnswer answer = call.number() == 172 ? InputAnswer.of(PID) : perform.get();
                List<InputAnswer.Write> writes = new ArrayList<>();
                answer.writes().forEach(writes::add);
                calls.add(call);
                answers.add(new InputAnswer(answer.value(), writes));
            }
            assertThat(call).isEqualTo(calls.get(position));
            return answers.get(position++);
        }
    }

    @TempDir private Path directory;
    private Path path;
    private final Log log = new Log();
    private final LinuxGuest guest = new LinuxGuest(new Hart(), log::obtain);

    @BeforeEach
    void write() throws IOException {
        path = Files.writeString(directory.resolve("file"), "0123456789");
    }

    @AfterEach
    void close() {
        guest.close();
    }

    private Map<String, String> state() {
        return ModelState.of(guest.machine, STAYS.keySet());
    }

    private void set(long... words) {
        for (int i = 0; i < words.length; i++) {
            guest.memory.storeLong(guest.buffer + (long) i * Long.BYTES, words[i]);
        }
    }

    private long mapShared() {
        long file = guest.call(56, -100, guest.string(path.toString()), 2, 0);
        return guest.call(222, 0, 0x1000, 3, 1, file, 0);
    }

    /** Makes calls that change all that calls can change. */
    private void changeEverything() {
        guest.call(172); // getpid
        long end = guest.call(214, 0);
        guest.call(214, end + 0x1800);
        mapShared();
        guest.call(92, 8); // personality
        guest.call(167, 15, guest.string("other")); // prctl
        guest.call(167, 1, 5);
        guest.call(167, 4, 0);
        guest.call(167, 8, 1);
        guest.call(167, 38, 1);
        set(100, 200);
        assertThat(guest.call(164, 7, guest.buffer)).isZero();
        set(0x123450, 0, 0, 0);
        assertThat(guest.call(134, USR2, guest.buffer, 0, 8)).isZero();
        set(Signal.bit(USR1) | Signal.bit(USR2));
        assertThat(guest.call(135, 0, guest.buffer, 0, 8)).isZero();
        assertThat(guest.call(129, PID, USR1)).isZero();
        assertThat(guest.call(130, PID, USR2)).isZero();
        set(0x10000, 0, 0x4000);
        assertThat(guest.call(132, guest.buffer, 0)).isZero();
        set(1000, 0, 1000, 0);
        assertThat(guest.call(103, 0, guest.buffer, 0)).isZero();
        assertThat(guest.tryCall(94, 3)).isPresent();
    }

    @Test
    void allThatCallsChangeComesBackAndGoesForthAgain() {
        Map<String, String> before = state();
        Runnable toStart = guest.machine.checkpoint();
        changeEverything();
        Map<String, String> after = state();
        Runnable toEnd = guest.machine.checkpoint();
        assertThat(ModelState.common(before, after))
                .as("fields that changeEverything does not change")
                .isEqualTo(STEADY.keySet());
        for (int i = 0; i < 2; i++) {
            toStart.run();
            assertThat(state()).isEqualTo(before);
            toEnd.run();
            assertThat(state()).isEqualTo(after);
        }
    }

    @Test
    void whateverHappensToAFieldItComesBack() {
        changeEverything();
        Map<String, String> kept = state();
        Runnable back = guest.machine.checkpoint();
        ModelState.scramble(guest.machine, STAYS.keySet());
        assertThat(ModelState.common(state(), kept)).isSubsetOf(STEADY.keySet());
        back.run();
        assertThat(state()).isEqualTo(kept);
    }

    @Test
    void whatStaysIsThere() throws ReflectiveOperationException {
        for (String name : STAYS.keySet()) {
            String[] parts = name.split("\\.");
            Class<?> owner = Class.forName(getClass().getPackageName() + "." + parts[0]);
            assertThat(owner.getDeclaredField(parts[1])).isNotNull();
        }
    }

    @Test
    void aPastThatIsExecutedAgainNeverAsksTheHost() throws IOException {
        mapShared();
        long mark = guest.memory.mark();
        Runnable hart = guest.hart.checkpoint();
        Runnable machine = guest.machine.checkpoint();
        int position = log.position;

        long first = useFiles();
        Files.writeString(path, "abcdefghij");
        int asked = log.calls.size();
        guest.memory.goBackTo(mark);
        hart.run();
        machine.run();
        log.position = position;
        long second = useFiles();

        assertThat(second).isEqualTo(first);
        assertThat(log.calls).hasSize(asked);
        assertThat(path).hasContent("abcdefghij");
        // The present has the files again that the past had: what changes now reaches them.
        guest.memory.storeByte(second + 1, (byte) 'P');
        assertThat(guest.call(215, second, 0x1000)).isZero();
        assertThat(path).hasContent("FP23456789");
    }

    /** Maps a file, has something written to it, and returns where it is mapped. */
    private long useFiles() {
        long address = mapShared();
        guest.memory.storeByte(address, (byte) 'F');
        assertThat(guest.call(227, address, 0x1000, 4)).isZero();
        long other = mapShared();
        assertThat(guest.call(215, other, 0x1000)).isZero();
        return address;
    }
}
