package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Our engines on random sequences of the whole table, that QEMU does not know included. */
class EnginesTest {
    private final Vocabulary vocabulary = Vocabulary.whole();

    @Test
    void theEnginesComputeTheSameAndReportTheSameBlocks() throws Exception {
        var study = new Study(Request.seed(), vocabulary, true);
        assertThat(study.sequences(Request.firstSequence(), Request.sequenceCount())).isEmpty();

        System.out.println(study.summary());
        if (Request.isForAll()) {
            assertThat(study.coverage().missing(vocabulary)).isEmpty();
            assertThat(study.blocksInRegions()).isGreaterThan(study.cases());
        }
    }
}
