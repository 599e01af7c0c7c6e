package dev.lockstep.recomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.recomp.FaultPlace.AtPc;
import dev.lockstep.recomp.FaultPlace.AtStep;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultParserTest {
    @Test
    void readsAFlipAtAStep() {
        assertThat(FaultParser.parse("flip:0x8000000000000001@step=12345"))
                .isEqualTo(
                        new Fault(FaultKind.FLIP, 0x8000000000000001L, new AtStep(12345), false));
    }

    @Test
    void readsASilentFaultAtTheThirdExecutionOfAnInstruction() {
        assertThat(FaultParser.parse("drop-store@pc=0x10234,n=3,silent"))
                .isEqualTo(new Fault(FaultKind.DROP_STORE, 0, new AtPc(0x10234, 3), true));
    }

    @Test
    void takesTheFirstExecutionUnlessToldOtherwise() {
        assertThat(FaultParser.parse("wrong-branch@announced,pc=66000"))
                .isEqualTo(new Fault(FaultKind.WRONG_BRANCH, 0, new AtPc(66000, 1), false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flip:0x1@step=5,announced",
                "skip@pc=0x10000,n=2,silent",
                "widen-store@step=0,silent",
                "flag:0x10@step=7,announced",
                "skip-spill:a0@pc=0x10000,n=2",
                "stale-loop:fs1@pc=0x10000,n=1",
                "stale-target@pc=0x10000,n=1",
                "wrong-question:0x8@pc=0x10000,n=3",
                "wrong-answer:0x1@step=9"
            })
    void writesWhatItReads(String text) {
        assertThat(FaultParser.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                         | place: none
                    flip:1                     | place: none
                    flop@step=1                | kind: flop
                    flip@step=1                | mask: none
                    flip:0@step=1              | mask: 0
                    flag:0x20@step=1           | mask: 0x20
                    round:a0@step=1            | mask: a0
                    skip-spill@pc=1            | register: none
                    stale-loop:zero@pc=1       | register: zero
                    stale-loop:a9@pc=1         | register: a9
                    stale-target@step=1        | place: step
                    wrong-answer@step=1        | mask: none
                    wrong-answer:1@step=1,silent | family: silent
                    stale-target@pc=1,silent   | family: silent
                    flip:0xg@step=1            | mask: 0xg
                    skip:1@step=1              | mask: 1
                    skip@                      | option:
                    skip@step                  | option: step
                    skip@ste=1                 | option: ste=1
                    skip@step=                 | step:
                    skip@step=-1               | step: -1
                    skip@step=1x               | step: 1x
                    skip@step=0xffffffffffffffff | step: 18446744073709551615
                    skip@step=1,step=2         | option: step=2
                    skip@step=1,pc=2           | place: both
                    skip@n=2                   | place: none
                    skip@step=1,n=2            | option: n
                    skip@pc=4,n=0              | n: 0
                    skip@pc=4,quiet            | option: quiet
                    skip@pc=4,silent=1         | option: silent=1
                    skip@pc=4,silent,announced | family: both
                    """)
    void saysWhatIsWrongWithWhatIsNoFault(String text, String complaint) {
        assertThatThrownBy(() -> FaultParser.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"")
                .hasMessageContaining(complaint)
                .hasMessageContaining("expected: ");
    }
}
