package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.Role;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

final class SeatTest {
    @Test
    void theReferenceComesFirst() {
        assertThat(seats("interp", "recomp"))
                .extracting(Seat::name, Seat::role)
                .containsExactly(tuple("interp", Role.REFERENCE), tuple("recomp", Role.SUBJECT));
    }

    @Test
    void enginesWithoutANameGetOneThatIsFree() {
        assertThat(seats("recomp", "recomp", "recomp-2=interp", "recomp"))
                .extracting(Seat::name)
                .containsExactly("recomp", "recomp-3", "recomp-2", "recomp-4");
    }

    @Test
    void aChosenNameMayNotAppearTwice() {
        assertThatThrownBy(() -> seats("interp", "a=recomp", "a=interp"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'a' appears twice");
    }

    private static List<Seat> seats(String reference, String... subjects) {
        return Seat.of(
                EngineArgument.parse(reference),
                Stream.of(subjects).map(EngineArgument::parse).toList());
    }
}
