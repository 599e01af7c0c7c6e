package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.events.LogText;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** How far a comparison says it has come. */
class DiffProgressTest {
    private static final int EVENTS = 10_000;

    @TempDir private Path directory;

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 5000, EVENTS - 1})
    void atTheEndEveryEventOfThePairsIsDoneWithWhereverTheyDiffer(int wrong) throws Exception {
        List<String> reference = events(-1);
        List<String> subject = new ArrayList<>(events(wrong));
        subject.add(event(1, EVENTS, "more", "{}"));
        DiffProgress progress = new DiffProgress();
        DiffRequest request = DiffRequest.of(EventProfiles.shipped("default"), directory);
        try (LogText left = log("reference", reference);
                LogText right = log("subject", subject)) {
            new EventDiff(request, progress).compare(left, right);
        }
        assertThat(progress.events()).isEqualTo(2 * EVENTS + 1);
        assertThat(progress.eventsToCompare()).isEqualTo(2 * EVENTS + 1);
        assertThat(progress.comparedEvents()).isEqualTo(2 * EVENTS + 1);
    }

    private LogText log(String name, List<String> events) throws Exception {
        return LogText.open(Verdicts.log(directory.resolve(name), events), directory);
    }

    private static List<String> events(int wrong) {
        return IntStream.range(0, EVENTS)
                .mapToObj(i -> event(1, i, i == wrong ? "other" : "k", "{}"))
                .toList();
    }
}
