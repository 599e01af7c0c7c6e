package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.json.JsonValue;
import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;

/** What is remembered of ids. */
class IdUsesTest {
    private static final int MAX_IDS = 1 << 21;

    private final IdUses.Room room = new IdUses.Room();
    private final IdUses ones = uses("ones");
    private final IdUses others = uses("others");

    private IdUses uses(String name) {
        var use = new Identity.Use(new KindPattern("k"), "id", null);
        return new IdUses(new Identity(name, List.of(use), true, Optional.empty()), room);
    }

    private static void add(IdUses uses, int id, int thread) {
        JsonValue.Struct payload = Vocabulary.struct("id", "x" + id);
        uses.add(new LoggedEvent(thread, id, "k", payload, payload), thread);
    }

    @Test
    void anIdThatSeveralThreadsUseIsNoThreadsOwn() {
        add(ones, 1, 1);
        add(ones, 1, 1);
        add(ones, 2, 1);
        add(ones, 2, 2);
        assertThat(ones.isFloating("x1")).isFalse();
        assertThat(ones.isFloating("x2")).isTrue();
        assertThat(ones.isFloating("x3")).isFalse();
    }

    @Test
    void allClassesOfALogTogetherHaveABound() {
        for (int i = 0; i < MAX_IDS; i++) {
            add(i % 2 == 0 ? ones : others, i, 1);
        }
        add(ones, 0, 2);
        assertThat(ones.isFloating("x0")).isTrue();
        assertThatThrownBy(() -> add(others, MAX_IDS, 1))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("more than 2,097,152 ids, the last of class others (expe");
    }
}
