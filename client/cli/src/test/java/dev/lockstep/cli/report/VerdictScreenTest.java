package dev.lockstep.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.Faults;
import dev.lockstep.cli.text.Palette;
import dev.lockstep.server.run.RunReport;

import org.junit.jupiter.api.Test;

import java.util.Collections;

final class VerdictScreenTest {
    private static final String SHOW = "lockstep runs show prog-4711 --state-dir here";

    private static Account account(RunReport report) {
        return new Account(report, "./prog", "lockstep run ./prog", SHOW, GuestCode.NONE);
    }

    @Test
    void aMatchTellsWhatWasCompared() {
        assertThat(VerdictScreen.text(account(Reports.match()), Palette.PLAIN))
                .isEqualTo(
                        """
                        MATCH  ./prog

                          engine  role            steps     blocks  steps/s  blocks/s  exit
                          interp  reference  12,345,678  2,345,678   12.3 M    2.35 M  exited 0
                          recomp  subject    12,345,678  2,345,678   12.3 M    2.35 M  exited 0

                          compared   12,345,678 steps, 2,345,678 blocks, 2,345,678 digests, 12 inputs, 1 register file, 1 memory image
                          run        prog-4711, block grain, full strength, 3.4 s
                          note       a note
                        """);
    }

    @Test
    void aDivergenceTellsWhereAndBothValues() {
        assertThat(VerdictScreen.text(account(Reports.diverged()), Palette.PLAIN))
                .startsWith("DIVERGED  ./prog\n")
                .contains(
                        "  recomp  subject         1,240         57        -         -  unknown\n")
                .endsWith(
                        """

                          difference digest of recomp at step 1,234, block 56
                          pc         0x10238
                          reference  0x1
                          subject    0x2
                        """);
    }

    @Test
    void manyDivergencesAreCountedAndTheFirstFewListed() {
        String screen = VerdictScreen.text(account(Reports.recovered(1_000)), Palette.PLAIN);
        assertThat(screen)
                .contains(
                        "  found      667 divergences of recomp, 333 divergences of other\n",
                        "  difference digest of recomp at step 1,000, block 0\n",
                        "  then       digest of recomp at step 1,001, block 1, pc 0x10238,"
                                + " distance 1: 0x1 against 0x2\n")
                .endsWith(
                        "             and 994 more; 'lockstep runs show prog-4711 --state-dir here'"
                                + " lists them all\n");
        assertThat(screen.lines().count()).isLessThan(24);
    }

    @Test
    void theInstructionIsToldInsteadOfTheBlockThatShowedIt() {
        String screen = VerdictScreen.text(account(named(1)), Palette.PLAIN);
        assertThat(screen)
                .contains(
                        """

                          difference x10 of recomp at step 2,000: off by one
                          code       0x10238  add a0,a1,a2
                          reference  a0 = 0x5
                          subject    a0 = 0x6
                          xor        0x3
                          operands   a1  0x2  =  0x2
                                     a2  0x3  =  0x3
                        """)
                .endsWith("  repeat     lockstep run --subject 'recomp --compile sync' ./prog\n")
                .doesNotContain("\033");
    }

    @Test
    void whatIsOfOneKindIsCountedAndNotToldAgain() {
        assertThat(VerdictScreen.text(account(named(42)), Palette.PLAIN))
                .contains("             and 41 more of the same kind\n")
                .doesNotContain("  then  ");
        assertThat(VerdictScreen.fullText(account(named(42)), Palette.PLAIN).lines())
                .filteredOn(line -> line.startsWith("  then  "))
                .hasSize(41);
    }

    private static RunReport named(int divergences) {
        return Reports.diverged(Collections.nCopies(divergences, Faults.addition()));
    }

    @Test
    void theFullTextListsEveryDivergence() {
        String screen = VerdictScreen.fullText(account(Reports.recovered(1_000)), Palette.PLAIN);
        assertThat(screen.lines().filter(line -> line.startsWith("  then "))).hasSize(999);
    }

    @Test
    void eachOfSeveralSubjectsHasItsOutcome() {
        assertThat(VerdictScreen.text(account(Reports.recovered(1)), Palette.PLAIN))
                .contains("  blocks/s  exit      outcome\n")
                .contains("exited 0  MATCH\n");
    }

    @Test
    void coloursAreForTerminals() {
        assertThat(VerdictScreen.text(account(Reports.match()), Palette.ANSI))
                .startsWith("\033[1;32mMATCH\033[0m  ./prog\n");
    }
}
