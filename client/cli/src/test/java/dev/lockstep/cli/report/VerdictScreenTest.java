package dev.lockstep.cli.report;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.text.Palette;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class VerdictScreenTest {
    private static final String SHOW = "lockstep runs show prog-4711 --state-dir here";

    @Test
    void aMatchTellsWhatWasCompared() {
        assertThat(
                        VerdictScreen.text(
                                Reports.match(), "./prog", SHOW, GuestCode.NONE, Palette.PLAIN))
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
        assertThat(
                        VerdictScreen.text(
                                Reports.diverged(), "./prog", SHOW, GuestCode.NONE, Palette.PLAIN))
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
        String screen =
                VerdictScreen.text(
                        Reports.recovered(1_000), "./prog", SHOW, GuestCode.NONE, Palette.PLAIN);
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
    void theFullTextListsEveryDivergence() {
        String screen =
                VerdictScreen.fullText(
                        Reports.recovered(1_000), "./prog", GuestCode.NONE, Palette.PLAIN);
        assertThat(screen.lines().filter(line -> line.startsWith("  then "))).hasSize(999);
    }

    @Test
    void eachOfSeveralSubjectsHasItsOutcome() {
        assertThat(
                        VerdictScreen.text(
                                Reports.recovered(1),
                                "./prog",
                                SHOW,
                                GuestCode.NONE,
                                Palette.PLAIN))
                .contains("  blocks/s  exit      outcome\n")
                .contains("exited 0  MATCH\n");
    }

    @Test
    void coloursAreForTerminals() {
        assertThat(
                        VerdictScreen.text(
                                Reports.match(), "./prog", SHOW, GuestCode.NONE, Palette.ANSI))
                .startsWith("\033[1;32mMATCH\033[0m  ./prog\n");
    }
}
