package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.Map;

final class StateDirectoryTest {
    @Test
    void itIsBelowTheHomeOfTheEnvironmentUnlessXdgNamesAnother() {
        assertThat(StateDirectory.defaultPath(Map.of("HOME", "/home/me")))
                .isEqualTo(Path.of("/home/me/.local/state/lockstep"));
        assertThat(StateDirectory.defaultPath(Map.of("HOME", "/home/me", "XDG_STATE_HOME", "/s")))
                .isEqualTo(Path.of("/s/lockstep"));
        assertThat(StateDirectory.defaultPath(Map.of("HOME", "relative")).isAbsolute()).isTrue();
    }
}
