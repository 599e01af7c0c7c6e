package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A subject that goes wrong where a rule of the run's profile says that it may. */
final class ProfileIT {
    private static final int MATCH = 0;
    private static final int DIVERGED = 1;
    private static final int USAGE = 2;
    private static final String PROGRAM = "bin/hello";
    private static final String HELLO = "Hello from a static program.";

    /** It sets a0, {@code addi a0,a0,1} or the like, before the guest asks the world. */
    private static final String FAULT = "recomp --fault flip:0x1@step=2000";

    private static final String COVERED =
            """
              - name: lowest-bit
                reason: rounds otherwise
                registers: {a0: 0x3}
            """;
    private static final String UNCOVERED =
            """
              - name: second-bit
                reason: rounds otherwise
                registers: {a0: 0x2}
            """;

    @TempDir private Path home;

    private Path profile(String... rules) throws IOException {
        return Files.writeString(
                home.resolve("profile.yaml"), "profile: test\nrules:\n" + String.join("", rules));
    }

    private Lockstep.Ended run(int exitCode, Path profile, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--profile", profile.toString()));
        words.addAll(List.of(options));
        words.add(PROGRAM);
        return new Lockstep(home).run(words.toArray(String[]::new)).hasExitCode(exitCode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"window", "block", "strict"})
    void whatARuleCoversIsCountedAndNoDivergence(String grain) throws Exception {
        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                run(
                        MATCH,
                        profile(UNCOVERED, COVERED),
                        "--grain",
                        grain,
                        "--subject",
                        FAULT,
                        "--report",
                        "json:" + report);

        assertThat(ended.out()).contains(HELLO);
        assertThat(ended.err())
                .contains(
                        "MATCH",
                        "profile test",
                        "1 difference by lowest-bit: rounds otherwise",
                        "1 difference was ignored by 1 rule of profile test",
                        "warning: 1 rule of profile test never applied: second-bit");
        assertThat(JsonReport.read(report).text())
                .contains("\"name\": \"test\"", "\"reason\": \"rounds otherwise\"")
                .contains("\"divergence_count\": 0", "\"verdict\": \"MATCH\"");
        assertThat(JsonReport.read(report).number("ignored")).isZero();
        assertThat(new Lockstep(home).run("runs", "show", "1").out())
                .contains("1 difference by lowest-bit: rounds otherwise");
        assertThat(new Lockstep(home).run("runs", "report", "1", "markdown").out())
                .contains("| lowest-bit | 1 | rounds otherwise |", "| second-bit | 0 |");
    }

    @Test
    void whatItDoesNotCoverIsADivergenceAndTheRuleIsWarnedOf() throws Exception {
        assertThat(run(DIVERGED, profile(UNCOVERED), "--subject", FAULT).err())
                .contains("difference x10 of recomp at step 2,000", "never applied: second-bit");
    }

    @Test
    void aRuleThatNothingNeedsIsWarnedOf() throws Exception {
        assertThat(run(MATCH, profile(COVERED)).err())
                .contains("warning: 1 rule of profile test never applied: lowest-bit");
    }

    @Test
    void aMistakeIsNamedWithItsPlace() throws Exception {
        Path file = profile("  - {name: a, reason: b, register: a0}\n");
        assertThat(run(USAGE, file).err())
                .startsWith(
                        "error: --profile: "
                                + file
                                + ":3: rule 1: unknown key 'register' (expected");
    }

    @Test
    void aBundleHasTheRules() throws Exception {
        Path profile = profile(COVERED);
        run(MATCH, profile, "--subject", FAULT);
        Lockstep lockstep = new Lockstep(home);
        String bundle = home.resolve("bundle.zip").toString();
        lockstep.run("runs", "bundle", "1", bundle).hasExitCode(0);
        Files.writeString(profile, "other");

        assertThat(lockstep.run("runs", "bundle", "1", bundle + "2").hasExitCode(USAGE).err())
                .contains("profile.yaml: was changed after the run (expected: SHA-256 ");
        assertThat(lockstep.run("run", "--bundle", bundle).err()).contains("profile test");
    }
}
