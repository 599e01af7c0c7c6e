package dev.lockstep.riscv.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.riscv.Payload;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

final class NumberedEventsTest {
    private final List<Event> log = new ArrayList<>();
    private final NumberedEvents events = new NumberedEvents(true, log::add);

    @Test
    void eventsAreNumberedFromZeroAndTheirTimesNeverGoBack() {
        happen("a", "b", "c");
        assertThat(log).extracting(Event::getIndex).containsExactly(0L, 1L, 2L);
        assertThat(log).extracting(Event::getHostNs).isSorted();
        assertThat(log).extracting(Event::getTid).containsOnly(1L);
    }

    @Test
    void whatHappensAgainIsNotToldAgain() {
        happen("a");
        Runnable back = events.checkpoint();
        happen("b", "c");
        back.run();
        happen("b", "c", "d");
        assertThat(kinds()).containsExactly("a", "b", "c", "d");
        assertThat(log.getLast().getIndex()).isEqualTo(3);
    }

    @Test
    void nothingIsToldOfAPastThatIsLookedAt() {
        happen("a");
        Runnable back = events.checkpoint();
        events.setExamining(true);
        happen("b", "c");
        events.setExamining(false);
        back.run();
        happen("b");
        assertThat(kinds()).containsExactly("a", "b");
    }

    @Test
    void aGuestThatGoesOnInAnotherStateTellsHowManyEventsAreVoid() {
        happen("a");
        Runnable back = events.checkpoint();
        happen("b", "c");
        back.run();
        events.goOnFrom(17);
        happen("d");
        assertThat(kinds()).containsExactly("a", "b", "c", "resync", "d");
        assertThat(log.get(3).getPayload()).isEqualTo("{\"step\":17,\"void\":2}");
        assertThat(log).extracting(Event::getIndex).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void nothingIsPutTogetherThatNobodyWants() {
        NumberedEvents unwanted = new NumberedEvents(false, log::add);
        unwanted.emit(
                "a",
                () -> {
                    throw new AssertionError("a payload was made");
                });
        unwanted.goOnFrom(3);
        assertThat(log).isEmpty();
    }

    private void happen(String... kinds) {
        for (String kind : kinds) {
            events.emit(kind, Payload::new);
        }
    }

    private List<String> kinds() {
        return log.stream().map(Event::getKind).toList();
    }
}
