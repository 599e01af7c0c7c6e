package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class RunSpecTest {
    private static final EngineSpec REFERENCE = new EngineSpec("interp", Role.REFERENCE);
    private static final EngineSpec SUBJECT = new EngineSpec("recomp", Role.SUBJECT);

    @Test
    void aWindowBeginsBeforeTheStepsAreUsedUp() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RunSpec.builder("r1", List.of(REFERENCE, SUBJECT), "test")
                                .window(new Window(null, 500, null))
                                .limits(new Limits(100L, null))
                                .build())
                .withMessage("maxSteps: 100 (expected: > 500, where the window begins)");
    }

    @Test
    void aGrainOfWindowsHasNoSingleInstructions() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RunSpec.builder("r1", List.of(REFERENCE, SUBJECT), "test")
                                .grain(Grain.WINDOW)
                                .window(new Window(null, 0, null, true))
                                .build())
                .withMessageStartingWith("grain: window, with every instruction by itself");
    }

    @Test
    void aRunHasOneReferenceAndAtLeastOneSubject() {
        assertRefused(List.of(REFERENCE), "one reference and at least one subject");
        assertRefused(List.of(SUBJECT), "one reference and at least one subject");
        assertRefused(
                List.of(REFERENCE, SUBJECT, new EngineSpec("other", Role.REFERENCE)),
                "one reference and at least one subject");
    }

    @Test
    void everyEngineHasItsOwnName() {
        assertRefused(
                List.of(REFERENCE, new EngineSpec("interp", Role.SUBJECT)),
                "\"interp\" appears twice");
    }

    @Test
    void namesAreShortAndPlain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EngineSpec("a b", Role.SUBJECT))
                .withMessageContaining("\"a b\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunSpec.of("x".repeat(65), List.of(REFERENCE, SUBJECT), "test"));
    }

    @Test
    void theProfileOfQemuComparesTwoEngines() {
        EngineSpec other = new EngineSpec("other", Role.SUBJECT);
        var three = RunSpec.builder("r1", List.of(REFERENCE, SUBJECT, other), "test");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> three.profile(Profile.QEMU).build())
                .withMessageContaining("engines: 3 under profile qemu (expected: 2");
    }

    @Test
    void theProfileOfQemuComparesEveryBlock() {
        var windows =
                RunSpec.builder("r1", List.of(REFERENCE, SUBJECT), "test").grain(Grain.WINDOW);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> windows.profile(Profile.QEMU).build())
                .withMessageContaining("grain: window under profile qemu (expected: strict or");
    }

    @Test
    void registersAreToldWithBlocksOnly() {
        var windows =
                RunSpec.builder("r1", List.of(REFERENCE, SUBJECT), "test").grain(Grain.WINDOW);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> windows.strength(Strength.REGISTERS).build())
                .withMessageContaining("grain: window, of registers (expected: block or strict");
    }

    @Test
    void theStepsOfAWindowFitIntoTheirColumn() {
        for (long steps : new long[] {0, 1023, (1L << 31) + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            RunSpec.builder("r1", List.of(REFERENCE, SUBJECT), "test")
                                    .windowSteps(steps)
                                    .build())
                    .withMessage(steps + " steps in a window (expected: 1024 to 2147483648)");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RunSpec.builder("r1", List.of(REFERENCE, SUBJECT), "test")
                                .checkpointWindows(-1)
                                .build())
                .withMessage("checkpointWindows: -1 (expected: >= 0)");
    }

    @Test
    void aWindowEndsAfterItBegins() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(null, 10, 10L))
                .withMessageContaining("untilStep: 10 (expected: > 10");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Window(null, -1, null))
                .withMessageContaining("fromStep: -1 (expected: >= 0)");
    }

    @Test
    void limitsArePositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limits(0L, null))
                .withMessageContaining("maxSteps: 0 (expected: >= 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limits(null, Duration.ZERO))
                .withMessageContaining("maxTime: PT0S (expected: > 0)");
    }

    @Test
    void divergencesAreKeptUpToABound() {
        for (int count : new int[] {0, Policy.MAX_DIVERGENCES + 1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Policy(Policy.OnDivergence.TRACK, count))
                    .withMessageContaining("maxDivergences: " + count + " (expected: 1 to 100000)");
        }
    }

    private static void assertRefused(List<EngineSpec> engines, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunSpec.of("r1", engines, "test"))
                .withMessageContaining(message);
    }
}
