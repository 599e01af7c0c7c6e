package dev.lockstep.cli.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RepetitionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    lockstep run p a                    | lockstep run --subject 'recomp --compile sync' p a
                    lockstep run --subject recomp p     | lockstep run --subject 'recomp --compile sync' p
                    lockstep run --subject x=recomp p   | lockstep run --subject 'x=recomp --compile sync' p
                    lockstep run --subject 'recomp --compile sync' p | lockstep run --subject 'recomp --compile sync' p
                    lockstep run --subject cmd:./mine p | lockstep run --subject cmd:./mine p
                    lockstep run --reference recomp --subject interp p | lockstep run --reference 'recomp --compile sync' --subject interp p
                    """)
    void compilesAtTheSameStepsAgain(String command, String repetition) {
        assertThat(Repetition.command(command)).hasValue(repetition);
    }

    @Test
    void whatStartedNoRunByItselfIsNotRepeated() {
        assertThat(Repetition.command("lockstep serve")).isEmpty();
        assertThat(Repetition.command("")).isEmpty();
        assertThat(Repetition.command("'open")).isEmpty();
    }
}
