package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.riscv.block.BlockReader;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Which loads and stores share a check. */
class AccessGroupTest {
    private static @Nullable AccessGroup[] groups(String source, Integer... apart) {
        try (var guest = new TinyGuest(source + "\necall")) {
            List<Instruction> block =
                    new BlockReader(guest.memory, guest.hart).read(guest.hart.pc).instructions();
            return AccessGroup.of(
                    block,
                    index -> isAccess(block.get(index).op().kind()),
                    List.of(apart)::contains);
        }
    }

    private static AccessGroup group(int index, String source) {
        return Objects.requireNonNull(groups(source)[index]);
    }

    private static boolean isAccess(Kind kind) {
        return kind == Kind.LOAD || kind == Kind.STORE;
    }

    /** Returns the index of the access with whose check each instruction goes, -1 for none. */
    private static List<Integer> firsts(String source, Integer... apart) {
        return Arrays.stream(groups(source, apart))
                .map(group -> group == null ? -1 : group.first())
                .toList();
    }

    @Test
    void fieldsOfOneStructureShareACheckOfAllTheirBytes() {
        AccessGroup group = group(3, "lw a0,12(s0)\nsd a1,32(s0)\nadd a2,a0,a1\nlb a3,-3(s0)");

        assertThat(group.first()).isEqualTo(0);
        assertThat(group.stores()).isTrue();
        assertThat(group.last()).isEqualTo(39);
    }

    @Test
    void theCheckBeginsWhereAnAlignedBaseWouldBeAligned() {
        AccessGroup group = group(0, "ld a0,16(s0)\nlb a1,3(s0)");

        assertThat(group.alignment()).isEqualTo(8);
        assertThat(group.start()).isEqualTo(0);
        assertThat(group.mayStraddle()).isTrue();
    }

    @Test
    void aSingleAccessNeedsTheFlagsOfOnePage() {
        AccessGroup group = group(0, "ld a0,-8(s0)");

        assertThat(group.start()).isEqualTo(-8);
        assertThat(group.last()).isEqualTo(-1);
        assertThat(group.mayStraddle()).isFalse();
    }

    @Test
    void aChangedBaseBeginsAnotherGroup() {
        assertThat(firsts("ld a0,0(s0)\naddi s0,s0,8\nld a1,0(s0)\nld s0,8(s0)\nld a2,0(s0)"))
                .startsWith(0, -1, 2, 2, 4);
    }

    @Test
    void groupsOfTwoRegistersAreSideBySide() {
        assertThat(firsts("ld a0,0(s0)\nsd a0,0(s1)\nld a1,8(s0)\nsd a1,8(s1)"))
                .startsWith(0, 1, 0, 1);
    }

    @Test
    void whatAnAlignedBaseWouldMisalignIsCheckedByItself() {
        assertThat(firsts("lw a0,4(s0)\nld a1,10(s0)\nld a2,18(s0)\nlw a3,8(s0)"))
                .startsWith(0, 1, 1, 3);
    }

    @Test
    void aGroupLiesInTwoPagesAtMost() {
        assertThat(firsts("ld a0,-2048(s0)\nld a1,2032(s0)\nlb a2,2047(s0)")).startsWith(0, 0, 2);
    }

    @Test
    void aGroupThatIsTakenApartIsCheckedMemberByMember() {
        String source = "ld a0,0(s0)\nsd a0,8(s0)\nld a1,0(s1)\nld a2,16(s0)\nld a3,8(s1)";

        assertThat(firsts(source, 0)).startsWith(0, 1, 2, 3, 2);
        assertThat(firsts(source, 1, 3)).startsWith(0, 0, 2, 0, 2);
    }

    @Test
    void whoGivesUpRegionsOftenIsCheckedApartAndThenCalled() {
        Care care = Care.NONE.after(8).after(16).after(8);

        assertThat(care.apart()).containsExactlyInAnyOrder(8L, 16L);
        assertThat(care.called()).containsExactly(8L);
    }
}
