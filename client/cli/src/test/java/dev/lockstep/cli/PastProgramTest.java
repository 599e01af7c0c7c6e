package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

final class PastProgramTest {
    private static final String HELLO = "../../engines/programs/bin/hello";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lockstep run " + HELLO,
                "lockstep run --subject 'recomp --fault flip:0x1@step=2' " + HELLO + " --help me",
                "lockstep run --report json:/tmp/r --subject b=recomp " + HELLO
            })
    void theProgramIsTheOneTheCommandLineNames(String command) {
        assertThat(PastProgram.code(command, Instant.now())).isNotSameAs(GuestCode.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "lockstep",
                "lockstep run /no/such/program",
                "lockstep run --no-such-option " + HELLO,
                "lockstep run 'unclosed",
                "lockstep runs show " + HELLO,
                HELLO,
            })
    void anythingElseHasNone(String command) {
        assertThat(PastProgram.code(command, Instant.now())).isSameAs(GuestCode.NONE);
    }

    @Test
    void aProgramThatWasChangedSinceHasNothingToTell() throws IOException {
        Instant before = Files.getLastModifiedTime(Path.of(HELLO)).toInstant();
        assertThat(PastProgram.code("lockstep run " + HELLO, before)).isSameAs(GuestCode.NONE);
    }
}
