package dev.lockstep.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.cli.evidence.FaultClass;
import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.isa.elf.Sysroot;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

final class TrialTableTest {
    private static final Path PROGRAMS = Path.of("../../engines/programs/bin");
    private static final List<Trial> TRIALS = TrialTable.read();

    private static List<Trial.Fault> faults() {
        return TRIALS.stream()
                .filter(Trial.Fault.class::isInstance)
                .map(Trial.Fault.class::cast)
                .toList();
    }

    @Test
    void thereAreEnoughOfThemAndEachHasItsName() {
        assertThat(faults()).hasSizeGreaterThanOrEqualTo(60);
        assertThat(TRIALS).extracting(Trial::name).doesNotHaveDuplicates();
        assertThat(TRIALS).filteredOn(Trial::quick).hasSizeBetween(15, 45);
    }

    @Test
    void regionsHaveTheirShare() {
        assertThat(kinds(Trial.Seam.class::isInstance))
                .hasSizeGreaterThanOrEqualTo(10)
                .contains(
                        "skip-spill",
                        "stale-loop",
                        "stale-after-call",
                        "stale-target",
                        "missed-invalidation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"announced", "silent"})
    void everyKindIsTried(String family) {
        assertThat(
                        kinds(trial ->
                                trial instanceof Trial.Fault fault
                                        && fault.family().equals(family)))
                .contains(
                        "flip",
                        "off-by-one",
                        "zero-extend",
                        "sign-extend",
                        "truncate",
                        "stale-register",
                        "swap-operands",
                        "wrong-shift",
                        "round",
                        "nan-payload",
                        "write-x0",
                        "drop-store",
                        "widen-store",
                        "extra-store",
                        "wrong-branch",
                        "wrong-target",
                        "skip");
    }

    /** Of these there is but one family. */
    @Test
    void whatNoDigestCountsIsTried() {
        assertThat(kinds(Trial.Fault.class::isInstance))
                .contains("flag", "wrong-question", "wrong-answer");
    }

    private static List<String> kinds(Predicate<Trial> wanted) {
        return TRIALS.stream().filter(wanted).map(trial -> trial.name().split("[: ]")[0]).toList();
    }

    @Test
    void everyGrainAndFamilyAndMostClassesAreTried() {
        assertThat(faults()).extracting(Trial.Fault::grain).contains("strict", "block", "window");
        assertThat(faults()).extracting(Trial.Fault::family).contains("announced", "silent");
        assertThat(faults())
                .extracting(Trial.Fault::faultClass)
                .contains(
                        FaultClass.SIGN_EXTENSION,
                        FaultClass.ZERO_EXTENSION,
                        FaultClass.TRUNCATION,
                        FaultClass.OFF_BY_ONE,
                        FaultClass.SWAPPED_OPERANDS,
                        FaultClass.STALE_REGISTER,
                        FaultClass.WRONG_SHIFT_MASK,
                        FaultClass.NAN_PAYLOAD,
                        FaultClass.ROUNDING_MODE,
                        FaultClass.DROPPED_STORE,
                        FaultClass.WRONG_WIDTH_STORE,
                        FaultClass.BRANCH_TAKEN,
                        FaultClass.BRANCH_NOT_TAKEN,
                        FaultClass.SKIPPED_INSTRUCTION,
                        FaultClass.X0_WRITTEN,
                        FaultClass.FLAG_ONLY,
                        FaultClass.EXTRA_STORE,
                        FaultClass.WRONG_TARGET);
    }

    @Test
    void everyProgramAndEveryPlaceInItIsThere() {
        for (Trial trial : TRIALS) {
            Path program = PROGRAMS.resolve(trial.program());
            assertThat(Files.isExecutable(program)).as(trial.program()).isTrue();
            GuestCode code =
                    GuestCode.read(program.toString(), Sysroot.NONE, LinuxLayout.MEMORY_BYTES);
            assertThat(trial.options(code)).as(trial.name()).isNotEmpty();
        }
    }
}
