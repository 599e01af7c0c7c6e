package dev.lockstep.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.told.ToldStep.Change;
import dev.lockstep.trace.SpikeLine.Commit;
import dev.lockstep.trace.SpikeLine.Fetched;
import dev.lockstep.trace.SpikeLine.Remark;
import dev.lockstep.trace.SpikeLine.Trapped;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Lines as Spike prints them, and others. */
class SpikeLineTest {
    private static List<Change> changes(String rest) {
        return ((Commit) SpikeLine.read("core   0: 3 0x0000000080000000 (0x00000013)" + rest))
                .changes();
    }

    @Test
    void aCommitHasModeAddressAndInstruction() {
        assertThat(SpikeLine.read("core   0: 3 0x00000000800022e6 (0x8202)"))
                .isEqualTo(new Commit(3, 0x800022e6L, 0x8202, List.of()));
    }

    @Test
    void aRegisterIsPaddedToTwoPlaces() {
        assertThat(changes(" x5  0x0000000080000000"))
                .containsExactly(new Change(5, 0x80000000L, 0));
        assertThat(changes(" f10 0xffffffff46c00000"))
                .containsExactly(new Change(Digest.F + 10, 0xffffffff46c00000L, 0));
    }

    @Test
    void olderSpikesPutTheSpaceBeforeTheNumber() {
        assertThat(changes(" x 5 0x0000000080000000"))
                .containsExactly(new Change(5, 0x80000000L, 0));
    }

    @Test
    void whatIsReadOfMemoryIsNoChange() {
        assertThat(changes(" x4  0x0000000080002380 mem 0x0000000080002428"))
                .containsExactly(new Change(4, 0x80002380L, 0));
    }

    @Test
    void aStoreHasTheWidthOfItsDigits() {
        assertThat(changes(" mem 0x0000000080002004 0xff"))
                .containsExactly(new Change(Digest.storeSlot(1), 0xff, 0x80002004L));
        assertThat(changes(" mem 0x0000000080002004 0x0000000000000001"))
                .containsExactly(new Change(Digest.storeSlot(8), 1, 0x80002004L));
    }

    @Test
    void anAtomicReadsAndStores() {
        assertThat(
                        changes(
                                " x14 0xffffffff80000000 mem 0x0000000080002000 mem"
                                        + " 0x0000000080002000 0x7ffff800"))
                .containsExactly(
                        new Change(14, 0xffffffff80000000L, 0),
                        new Change(Digest.storeSlot(4), 0x7ffff800, 0x80002000L));
    }

    @Test
    void aCsrHasItsNumberInDecimal() {
        assertThat(changes(" c768_mstatus 0x8000000a00006000 x6  0x0000000000000000"))
                .containsExactly(
                        new Change(Digest.CSR + 0x300, 0x8000000a00006000L, 0),
                        new Change(6, 0, 0));
    }

    @Test
    void linesOfTheLogOfInstructionsAreKnown() {
        assertThat(SpikeLine.read("core   0: 0x0000000080000010 (0x30032073) csrs    mstatus, t1"))
                .isEqualTo(new Fetched(0x80000010L, 0x30032073));
        assertThat(
                        SpikeLine.read(
                                "core   0: exception trap_illegal_instruction, epc"
                                        + " 0x00000000800000b2"))
                .isEqualTo(new Trapped(0x800000b2L, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "core   0: >>>>  _start",
                "core   0:           tval 0x0000000000000000",
                "core   0: Executed 3 times",
                "warning: tohost and fromhost symbols not in ELF; can't communicate with target",
                "*** FAILED *** (tohost = 1337)",
                "(spike) ",
            })
    void whatElseSpikeSaysIsNoInstruction(String line) {
        assertThat(SpikeLine.read(line)).isEqualTo(new Remark());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Hello, world!",
                "core",
                "core   1: 3 0x0000000080000000 (0x00000013)",
                "core   0: 3 0x80000000 (0x00000013)",
                "core   0: 3 0x0000000080000000",
                "core   0: 3 0x0000000080000000 (0x00000013",
                "core   0: 3 0x0000000080000000 (0x00000013) x5",
                "core   0: 3 0x0000000080000000 (0x00000013) x32 0x0000000000000000",
                "core   0: 3 0x0000000080000000 (0x00000013) x5 0x00000000800000000",
                "core   0: 3 0x0000000080000000 (0x00000013) c5000_what 0x0",
                "core   0: 3 0x0000000080000000 (0x00000013) e8 m1 l16 v0  0x00",
                "core   0: 3 0x0000000080000000 (0x00000013) mem 0x0000000080000000 0x123456",
                "core   0: exception interrupt #7, epc 0x0000000080000000",
                "core   0: exception trap_nonsense, epc 0x0000000080000000",
                "core   0: 5 0x0000000080000000 (0x00000013)",
                "\u0000\u0001\u0002",
            })
    void whatMakesNoSenseIsSaidToMakeNone(String line) {
        assertThatThrownBy(() -> SpikeLine.read(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: ");
    }
}
