package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.Op;

import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

class ExclusionsTest {
    private static final Path DOCUMENT = Path.of("../../docs/conformance.md");

    @Test
    void theDocumentNamesWhatIsLeftOut() throws Exception {
        String document = Files.readString(DOCUMENT);

        assertThat(Exclusions.REASONS.keySet())
                .allSatisfy(name -> assertThat(document).contains("`" + name + "`"));
    }

    @Test
    void allThatIsNotLeftOutIsInTheVocabulary() {
        assertThat(Arrays.stream(Op.values()).map(Op::mnemonic))
                .filteredOn(name -> !Exclusions.REASONS.containsKey(name))
                .isNotEmpty()
                .isSubsetOf(Vocabulary.whole().names());
    }

    @Test
    void whatQemuDoesNotKnowIsInTheTable() {
        assertThat(Vocabulary.whole().names()).containsAll(Exclusions.UNKNOWN_TO_QEMU);
        assertThat(Vocabulary.knownToQemu().names())
                .doesNotContainAnyElementsOf(Exclusions.UNKNOWN_TO_QEMU);
    }
}
