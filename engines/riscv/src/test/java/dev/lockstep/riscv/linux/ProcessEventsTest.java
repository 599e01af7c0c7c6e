package dev.lockstep.riscv.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Hart;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.Payload;
import dev.lockstep.sdk.InputAnswer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a process tells of its calls, its memory, its signals and its end. */
final class ProcessEventsTest {
    private static final int PATH_BYTES = 600;

    /** A world that answers nothing but 0. */
    private static final InputSource SILENT = (call, perform) -> InputAnswer.of(0);

    private final Map<String, Signature> signatures = Signature.readAll();
    private final Hart hart = new Hart();
    private final List<String> told = new ArrayList<>();
    private final LinuxGuest guest = new LinuxGuest(hart, InputSource.HOST, told());
    private final String buffer = "0x" + Long.toHexString(guest.buffer);
    private List<String> image = List.of();

    @BeforeEach
    void forgetImage() {
        image = List.copyOf(told);
        told.clear();
    }

    @AfterEach
    void close() {
        guest.close();
    }

    @Test
    void everyCallOfTheTableHasASignatureOfAsManyParameters() {
        assertThat(guest.machine.syscalls())
                .allSatisfy(row ->
                        assertThat(signatures)
                                .hasEntrySatisfying(
                                        row.name(),
                                        signature ->
                                                assertThat(signature.parameters())
                                                        .hasSize(row.arity())))
                .hasSameSizeAs(signatures.keySet());
    }

    @Test
    void noArgumentsAreTooWildToBeTold() {
        for (Syscall row : guest.machine.syscalls()) {
            for (long pointer : new long[] {1, -1, guest.buffer, Long.MIN_VALUE}) {
                for (long number : new long[] {0, 1, -1}) {
                    tryCall(row, pointer, number);
                    assertThat(told).anyMatch(event -> event.contains(row.name()));
                    told.clear();
                }
            }
        }
    }

    /** Makes a call whose arguments are all the one or the other, by what they are. */
    private void tryCall(Syscall row, long pointer, long number) {
        long[] arguments = new long[6];
        List<Parameter> parameters =
                signatures.getOrDefault(row.name(), Signature.UNKNOWN).parameters();
        for (int i = 0; i < parameters.size(); i++) {
            arguments[i] = parameters.get(i) instanceof Parameter.Value ? number : pointer;
        }
        try (LinuxGuest other = new LinuxGuest(new Hart(), SILENT, told())) {
            other.tryCall(row.number(), arguments);
        }
    }

    @Test
    void ofNoBytesAtAllTheAddressMayBeAnything() {
        String nothing = "{\"length\":0,\"xxh3\":\"2d06800538d394c2\",\"text\":\"\"}";
        guest.call(64, -1, -1, 0);
        assertThat(told.getFirst()).endsWith("\"args_resolved\":{\"buf\":" + nothing + "}}");
        told.clear();
        guest.call(66, -1, -1, 0);
        assertThat(told.getFirst()).endsWith("\"args_resolved\":{\"iov\":" + nothing + "}}");
        told.clear();
        guest.memory.storeLong(guest.buffer, -1);
        guest.memory.storeLong(guest.buffer + 8, 0);
        guest.call(66, -1, guest.buffer, 1);
        assertThat(told.getFirst()).endsWith("\"args_resolved\":{\"iov\":" + nothing + "}}");
    }

    @Test
    void theInitialImageIsToldFromTheLowestAddressOn() {
        assertThat(image)
                .startsWith(
                        "memory.map"
                            + " {\"address\":\"0x10000\",\"length\":4096,\"permissions\":\"r--\",\"what\":\"initial\"}")
                .filteredOn(event -> event.contains("\"rw-\""))
                .isNotEmpty();
    }

    @Test
    void aCallIsToldBeforeItIsMadeAndItsResultAfterwards() {
        long path = guest.string("/no/such/file");
        guest.call(56, -100, path, 0, 0);
        assertThat(told)
                .containsExactly(
                        "syscall.call {\"name\":\"openat\",\"args\":{\"dirfd\":-100,\"path\":\"%s\",\"flags\":0,\"mode\":0},\"args_resolved\":{\"path\":\"/no/such/file\"}}"
                                .formatted(buffer),
                        "syscall.return"
                            + " {\"name\":\"openat\",\"return_value\":-2,\"error\":\"ENOENT\"}");
    }

    @Test
    void bytesThatAreWrittenAreToldByLengthDigestAndBeginning() {
        guest.call(64, -1, guest.string("a\nb\u00e9" + "x".repeat(100)), 105);
        assertThat(told.getFirst())
                .contains(
                        "\"args_resolved\":{\"buf\":{\"length\":105,\"xxh3\":\"",
                        "\",\"text\":\"a\\nb\u00e9" + "x".repeat(59) + "\"}}");
    }

    @Test
    void vectorsAreToldAsOneStretchOfBytes() {
        long text = guest.string("hello");
        guest.memory.storeLong(text + 64, text);
        guest.memory.storeLong(text + 72, 2);
        guest.memory.storeLong(text + 80, text + 2);
        guest.memory.storeLong(text + 88, 3);
        guest.call(66, -1, text + 64, 2);
        assertThat(told.getFirst()).contains("{\"iov\":{\"length\":5,", "\"text\":\"hello\"}");
    }

    @Test
    void whatCannotBeReadIsToldAsNull() {
        guest.call(56, -100, 8, 0, 0);
        assertThat(told.getFirst()).endsWith("\"args_resolved\":{\"path\":null}}");
    }

    @Test
    void aLongStringIsToldLikeOtherBytes() {
        guest.call(49, guest.string("p".repeat(PATH_BYTES)));
        assertThat(told.getFirst()).contains("{\"path\":{\"length\":600,\"xxh3\":\"");
    }

    @Test
    void aCallThatNobodyKnowsIsToldWithAllItsRegisters() {
        guest.call(999, 1, 2, 3, 4, 5, 6);
        assertThat(told)
                .containsExactly(
                        "syscall.call"
                            + " {\"name\":\"syscall_999\",\"args\":{\"a0\":1,\"a1\":2,\"a2\":3,\"a3\":4,\"a4\":5,\"a5\":6},\"args_resolved\":{}}",
                        "syscall.return"
                            + " {\"name\":\"syscall_999\",\"return_value\":-38,\"error\":\"ENOSYS\"}");
    }

    @Test
    void changesOfTheMemoryMapAreTold() {
        long place = guest.call(222, 0, 8192, 3, 0x22, -1, 0);
        guest.call(226, place, 4096, 1);
        guest.call(215, place, 4096);
        guest.call(216, place + 4096, 4096, 8192, 1, 0);
        guest.call(215, 1, 4096);
        String at = "memory.map {\"address\":\"0x" + Long.toHexString(place);
        assertThat(told.stream().filter(event -> event.startsWith("memory.map")))
                .startsWith(
                        at + "\",\"length\":8192,\"permissions\":\"rw-\",\"what\":\"anonymous\"}",
                        at + "\",\"length\":4096,\"permissions\":\"r--\",\"what\":\"protected\"}",
                        at + "\",\"length\":4096,\"permissions\":null,\"what\":\"unmapped\"}")
                .element(4)
                .asString()
                .endsWith("\"length\":8192,\"permissions\":\"rw-\",\"what\":\"remapped\"}");
    }

    @Test
    void theHeapIsToldWhenItGetsMorePages() {
        long end = guest.call(214, 0);
        guest.call(214, end + 4097);
        guest.call(214, end + 4098);
        assertThat(told.stream().filter(event -> event.startsWith("memory.map")))
                .containsExactly(
                        "memory.map {\"address\":\"0x%x\",\"length\":8192,\"permissions\":\"rw-\",\"what\":\"heap\"}"
                                .formatted(end));
        assertThat(told.getLast())
                .isEqualTo(
                        "syscall.return {\"name\":\"brk\",\"return_value\":\"0x%x\"}"
                                .formatted(end + 4098));
    }

    @Test
    void aSignalIsToldWithItsHandlerAndAnEndHasNoReturn() {
        guest.memory.storeLong(guest.buffer, 0x123450);
        guest.call(134, 10, guest.buffer, 0, 8);
        long pid = guest.call(172);
        hart.pc = 0x20000;
        told.clear();
        guest.call(129, pid, 10);
        guest.tryCall(129, pid, 9);
        assertThat(told)
                .hasSize(7)
                .contains(
                        "signal.deliver"
                            + " {\"signal\":10,\"code\":0,\"pc\":\"0x20000\",\"handler\":\"0x123450\"}",
                        "signal.deliver"
                                + " {\"signal\":9,\"code\":0,\"pc\":\"0x123450\",\"handler\":null}")
                .endsWith("exit {\"reason\":\"signaled\",\"status\":9}");
    }

    @Test
    void anExitHasNoReturn() {
        guest.tryCall(94, 3);
        assertThat(told)
                .containsExactly(
                        "syscall.call"
                            + " {\"name\":\"exit_group\",\"args\":{\"status\":3},\"args_resolved\":{}}",
                        "exit {\"reason\":\"exited\",\"status\":3}");
    }

    private GuestEvents told() {
        return new GuestEvents() {
            @Override
            public boolean wanted() {
                return true;
            }

            @Override
            public void emit(String kind, Supplier<Payload> payload) {
                told.add(kind + " " + payload.get());
            }
        };
    }
}
