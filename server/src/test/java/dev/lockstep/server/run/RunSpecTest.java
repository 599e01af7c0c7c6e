package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

class RunSpecTest {
    private static final EngineSpec REFERENCE = new EngineSpec("interp", Role.REFERENCE);
    private static final EngineSpec SUBJECT = new EngineSpec("recomp", Role.SUBJECT);

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

    private static void assertRefused(List<EngineSpec> engines, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunSpec.of("r1", engines, "test"))
                .withMessageContaining(message);
    }
}
