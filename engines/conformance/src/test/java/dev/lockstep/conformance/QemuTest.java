package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;

/** Our engines and qemu-riscv64 on random sequences of all that both know. */
@Tag("third-party")
class QemuTest {
    private static final long SOME_CASES = 40_000;
    private static final long MANY_CASES = 1_000_000;

    private final Vocabulary vocabulary = Vocabulary.knownToQemu();

    @TempDir Path directory;

    static LongStream seeds() {
        return Request.seeds();
    }

    @ParameterizedTest(name = "-Dlockstep.seed={0}")
    @MethodSource("seeds")
    void theEnginesDoWhatQemuDoes(long seed) throws Exception {
        if (Request.isForAll()) {
            assertAgreement(seed, Request.cases(SOME_CASES));
        } else {
            assertThat(study(seed).sequences(Request.firstSequence(), 1)).isEmpty();
        }
    }

    @Test
    @Tag("endurance")
    void theEnginesDoWhatQemuDoesAMillionTimes() throws Exception {
        assertAgreement(Request.seed(), Request.cases(MANY_CASES));
    }

    private Study study(long seed) {
        return new Study(QemuTest.class, seed, vocabulary, false).with(new QemuOpinion(directory));
    }

    private void assertAgreement(long seed, long cases) throws Exception {
        Study study = study(seed);
        List<String> differences = study.cases(cases);

        System.out.println(study.summary());
        assertThat(differences).isEmpty();
        assertThat(study.coverage().missing(vocabulary)).isEmpty();
        assertThat(study.partInRegions()).isGreaterThan(Study.MOSTLY);
    }
}
