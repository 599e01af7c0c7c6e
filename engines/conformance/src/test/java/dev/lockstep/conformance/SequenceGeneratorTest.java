package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SequenceGeneratorTest {
    private static final int MANY = 20_000;

    private final Vocabulary vocabulary = Vocabulary.whole();
    private final SequenceGenerator generator = new SequenceGenerator(vocabulary);

    private Sequence sequence(long seed, long number) {
        return generator.sequence(SequenceGenerator.random(seed, number), number);
    }

    @Test
    void aSequenceDependsOnSeedAndNumberAlone() {
        Sequence sequence = sequence(5, 77);

        assertThat(sequence(5, 77)).isEqualTo(sequence);
        assertThat(sequence(6, 77).code()).isNotEqualTo(sequence.code());
        assertThat(sequence(5, 79).code()).isNotEqualTo(sequence.code());
    }

    @Test
    void everySequenceFitsWhereItIsPut() {
        long seed = Request.seed();
        for (int number = 0; number < MANY; number++) {
            assertThat(sequence(seed, number).code().remaining())
                    .as("-Dlockstep.seed=%d", seed)
                    .isLessThanOrEqualTo(Layout.SEQUENCE_BYTES);
        }
    }

    @Test
    void whatWasNotExecutedIsMissingFromTheCoverage() {
        var coverage = new Coverage();
        coverage.add(new CaseProgram(1, generator, 0, 1), new Visits());

        assertThat(coverage.instructions()).isZero();
        assertThat(coverage.missing(vocabulary))
                .contains("c.mul in a row", "beq taken", "beq not taken", "jalr among branches");
    }
}
