package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Recording.Effects;
import dev.lockstep.riscv.Stop;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/** What each kind does to an instruction, and what the digest sees of it. */
class FaultKindTest {
    private final List<String> log = new ArrayList<>();

    /** The registers a0 and x0 at the end, and all that was counted. */
    private record Outcome(long a0, long zero, long digest) {}

    private Outcome run(String source, String fault) {
        String program = source.replace(";", "\n") + "\necall\n";
        try (var guest = new TinyGuest(program)) {
            Recompiler right = guest.tuned(RegionTest.EAGER, Recording.digest(Effects.FULL));
            FaultInjector injector =
                    new FaultInjector(
                            right,
                            guest.hart,
                            FaultParser.parse(fault),
                            new FaultProgress(log::add));
            assertThat(injector.run(Long.MAX_VALUE)).isEqualTo(Stop.ECALL);
            return new Outcome(guest.hart.x[10], guest.hart.x[0], guest.hart.openDigest);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "zero-extend@step=0,     'addiw a0,x0,-2',                                 0xFFFFFFFE",
        "zero-extend@step=3, 'lui t0,0x80;addi a1,x0,-2;sh a1,0(t0);lh a0,0(t0)',  0xFFFE",
        "zero-extend@step=3, 'lui t0,0x80;addi a1,x0,-2;sw a1,0(t0);lr.w a0,(t0)', 0xFFFFFFFE",
        "sign-extend@step=3, 'lui t0,0x80;addi a1,x0,-2;sb a1,0(t0);lbu a0,0(t0)', -2",
        "sign-extend@step=3, 'lui t0,0x80;addi a1,x0,-2;sw a1,0(t0);lwu a0,0(t0)', -2",
        "truncate@step=0,        'addi a0,x0,-2',                                  0xFFFFFFFE",
        "off-by-one@step=0,      'addi a0,x0,5',                                   6",
        "off-by-one@step=2, 'lui t0,0x80;addi a1,x0,-2;sb a1,0(t0);lb a0,0(t0)',   -1",
        "stale-register@step=1,  'addi a0,x0,5;addi a0,x0,9',                      5",
        "swap-operands@step=2,   'addi a1,x0,3;addi a2,x0,5;sub a0,a1,a2',         2",
        "wrong-shift@step=1,     'addi a1,x0,1;slli a0,a1,33',                     2",
        "wrong-shift@step=1,     'addi a1,x0,-1;srli a0,a1,40',               0xFFFFFFFFFFFFFF",
        "wrong-shift@step=2,     'addi a1,x0,1;addi a2,x0,33;sll a0,a1,a2',        2",
        "wrong-shift@step=2,     'addi a1,x0,1;addi a2,x0,33;sllw a0,a1,a2',       0",
        "wrong-shift@step=2,     'addi a1,x0,-8;addi a2,x0,33;sraw a0,a1,a2',      -1",
        "extra-store@step=2, 'lui t0,0x80;addi a1,x0,-2;sb a1,0(t0);lh a0,0(t0)',  -258",
        "write-x0@step=1,        'addi a0,x0,7;add x0,a0,a0',                      7",
    })
    void doesWhatItIsCalledAndTellsTheDigestOrNot(String fault, String source, String a0) {
        Outcome right = run(source, "skip@pc=0x1");
        Outcome announced = run(source, fault);
        Outcome silent = run(source, fault + ",silent");

        assertThat(announced.a0()).isEqualTo(Long.decode(a0));
        assertThat(announced.zero()).isEqualTo(fault.startsWith("write") ? 14 : 0);
        assertThat(announced.digest()).isNotEqualTo(right.digest());
        assertThat(silent.a0()).isEqualTo(announced.a0());
        assertThat(silent.zero()).isEqualTo(announced.zero());
        boolean loadedAgain = source.contains("sb a1,0(t0);lb") || source.contains("(t0);lh a0");
        assertThat(silent.digest() == right.digest()).isEqualTo(!loadedAgain || isLast(fault));
        assertThat(log).hasSize(2);
    }

    private static boolean isLast(String fault) {
        return fault.endsWith("step=3");
    }

    private static final String HALF =
            "addi a1,x0,-3;addi a2,x0,2;fcvt.d.l fa1,a1,dyn;fcvt.d.l fa2,a2,dyn;"
                    + "fdiv.d fa0,fa1,fa2,dyn;";

    @ParameterizedTest
    @CsvSource({
        "round@step=5,         'fcvt.l.d a0,fa0,rtz', -2",
        "round@step=5,         'fcvt.l.d a0,fa0,rne', -1",
        "swap-operands@step=5, 'fsub.d fa0,fa0,fa2,rne;fcvt.l.d a0,fa0,rup', 4",
        "nan-payload@step=6,   'fsub.d fa0,fa0,fa0,rne;fdiv.d fa0,fa0,fa0,rne;fmv.x.d a0,fa0',"
                + " 0x7FF8000000000001",
        "nan-payload@step=5,   'fadd.d fa0,fa0,fa0,rne;fcvt.l.d a0,fa0,rne', -3",
        "flag:0x4@step=4,      'csrrs a0,0x001,x0', 4",
        "off-by-one@step=4,    'fmv.x.d a0,fa0', 0xBFF8000000000001",
        "truncate@step=5,      'fcvt.l.d a0,fa0,rne', 0xFFFFFFFE",
        "zero-extend@step=5,   'fcvt.w.d a0,fa0,rne', 0xFFFFFFFE",
    })
    void goesWrongInFloatingPoint(String fault, String source, String a0) {
        for (String family : List.of("", ",silent")) {
            assertThat(run(HALF + source, fault + family).a0())
                    .isEqualTo(Long.parseUnsignedLong(hex(a0), 16));
        }
        assertThat(log).hasSize(2);
    }

    private static String hex(String number) {
        return number.startsWith("0x")
                ? number.substring(2)
                : Long.toHexString(Long.parseLong(number));
    }

    @ParameterizedTest
    @CsvSource({
        "wrong-target@step=0, 'jal x0,over;addi a0,a0,1;over:;addi a0,a0,2;addi a0,a0,4', 4",
        "wrong-target@step=0, 'beq x0,x0,over;addi a0,a0,1;over:;addi a0,a0,2;addi a0,a0,4', 4",
        "wrong-target@step=0, 'bne x0,x0,over;addi a0,a0,1;over:;addi a0,a0,2;addi a0,a0,4', 7",
        "wrong-target@step=1,"
                + " 'auipc t0,0;jalr x0,12(t0);addi a0,a0,1;addi a0,a0,2;addi a0,a0,4', 4",
    })
    void leadsTransfersTooFar(String fault, String source, long a0) {
        assertThat(run(source, fault).a0()).isEqualTo(a0);
        assertThat(run(source, fault + ",silent").a0()).isEqualTo(a0);
    }

    @ParameterizedTest
    @CsvSource({
        "zero-extend,    'addi a0,x0,1'",
        "zero-extend,    'lbu a0,0(sp)'",
        "sign-extend,    'addiw a0,x0,1'",
        "truncate,       'addiw a0,x0,1'",
        "truncate,       'addi x0,x0,0'",
        "stale-register, 'sd a0,0(sp)'",
        "swap-operands,  'addi a0,a1,1'",
        "swap-operands,  'beq a0,a1,over;over:'",
        "wrong-shift,    'slliw a0,a0,1'",
        "round,          'fsgnj.d fa0,fa0,fa0'",
        "round,          'add a0,a0,a0'",
        "nan-payload,    'feq.d a0,fa0,fa0'",
        "flag:0x1,       'add a0,a0,a0'",
        "write-x0,       'addi a0,x0,1'",
        "extra-store,    'ld a0,0(sp)'",
        "wrong-target,   'addi a0,x0,1'",
    })
    void isRefusedWhereItMeansNothing(String kind, String source) {
        assertThatThrownBy(() -> run(source, kind + "@step=0"))
                .isInstanceOf(FaultException.class)
                .hasMessageContaining("does not apply to step 0, pc 0x10000");
    }

    @Test
    void rightInstructionsOfTheSameBlockStayRight() {
        String source = "addi a1,x0,1;slli a2,a1,33;slli a0,a2,1";

        assertThat(run(source, "wrong-shift@step=1").a0()).isEqualTo(4);
    }
}
