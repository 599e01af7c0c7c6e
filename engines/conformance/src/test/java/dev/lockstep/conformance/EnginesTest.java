package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

/** Our engines on random sequences of the whole table, that QEMU does not know included. */
class EnginesTest {
    private static final long ONE_BATCH = Layout.MAX_SEQUENCES * CaseProgram.STATES;

    /** One for all tests: free runs execute the same sequences with other code. */
    private static final long SEED = Request.seed();

    private final Vocabulary vocabulary = Vocabulary.whole();

    @ParameterizedTest(name = "recorded: {0}")
    @ValueSource(booleans = {true, false})
    void theEnginesComputeTheSameAndReportTheSameBlocks(boolean recorded) throws Exception {
        var study = new Study(EnginesTest.class, SEED, vocabulary, recorded);
        if (Request.isForAll()) {
            assertAgreement(study);
        } else {
            assertThat(study.sequences(Request.firstSequence(), 1)).isEmpty();
        }
    }

    private void assertAgreement(Study study) throws Exception {
        List<String> differences = study.cases(Request.cases(ONE_BATCH));

        System.out.println(study.summary());
        assertThat(differences).isEmpty();
        assertThat(study.coverage().missing(vocabulary)).isEmpty();
        assertThat(study.partInRegions()).isGreaterThan(Study.MOSTLY);
    }
}
