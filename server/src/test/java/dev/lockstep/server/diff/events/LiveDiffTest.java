package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.events.LogText;
import dev.lockstep.server.run.Verdict;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Logs are compared while they grow: what is said meanwhile, and what at the end. */
@Timeout(60)
class LiveDiffTest {
    private static final String BY_NUMBER = "threads: {pair: same_number}";
    private static final String BY_FIRST_CALL = "threads: {pair: {first: call, field: name}}";
    private static final String WITH_ABSORBER =
            """
            identities:
              - name: shared
                uses: [{kind: create, field: id}, {kind: wait, field: id}]
                several_threads: true
            absorb:
              - {name: creates, reason: timing, extra: create, identity: shared}
            """;

    @TempDir private Path directory;

    private final DiffProgress progress = new DiffProgress();
    private final BlockingQueue<PairResult> told = new LinkedBlockingQueue<>();
    private final ExecutorService executor = Executors.newSingleThreadExecutor();
    private GrowingLog reference;
    private GrowingLog subject;

    @BeforeEach
    void beginLogs() throws Exception {
        reference = new GrowingLog(directory.resolve("reference"));
        subject = new GrowingLog(directory.resolve("subject"));
    }

    @AfterEach
    void end() throws Exception {
        reference.close();
        subject.close();
        executor.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(it -> it.startsWith("lockstep-follow-" + directory));
    }

    private Future<EventDiffResult> follow(String rules) {
        return follow(rules, Optional.empty());
    }

    private Future<EventDiffResult> follow(
            String rules, Optional<SortedMap<Long, Long>> threadMap) {
        EventProfile profile = Verdicts.profile("event_profile: p\n" + rules);
        DiffRequest request = new DiffRequest(profile, threadMap, 0, directory, _ -> {});
        return executor.submit(() -> {
            try (LogText left = LogText.open(reference.file(), directory);
                    LogText right = LogText.open(subject.file(), directory)) {
                return new LiveDiff(request, progress, told::add).follow(left, right);
            }
        });
    }

    private EventDiffResult result(Future<EventDiffResult> diff) throws Exception {
        reference.close();
        subject.close();
        return diff.get();
    }

    private PairResult next() throws InterruptedException {
        PairResult next = told.poll(30, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    /** Fails if anything is told before all events were compared more than once. */
    private void assertNothingIsTold(long events) throws InterruptedException {
        while (progress.events() < events) {
            Thread.sleep(5);
        }
        assertThat(told.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void theFirstDifferenceOfEachPairIsToldOnceWhileTheLogsGrow() throws Exception {
        var diff = follow(BY_NUMBER);
        for (int tid = 1; tid <= 3; tid++) {
            reference.add(tid, "call", "{\"name\":\"f\"}");
            subject.add(tid, "call", "{\"name\":\"f\"}");
        }
        assertNothingIsTold(6);
        reference.add(2, "call", "{\"name\":\"g\"}");
        subject.add(2, "call", "{\"name\":\"h\"}");
        PairResult second = next();
        assertThat(second.referenceTid()).isEqualTo(2);
        assertThat(second.matched()).isEqualTo(1);
        reference.add(2, "call", "{\"name\":\"i\"}");
        reference.add(3, "exit", "{}");
        subject.add(2, "call", "{\"name\":\"k\"}");
        subject.add(3, "wait", "{}");
        assertThat(next().referenceTid()).isEqualTo(3);
        EventDiffResult result = result(diff);
        assertThat(told).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(result.pairs())
                .filteredOn(PairResult::isDifferent)
                .extracting(PairResult::referenceTid)
                .containsExactly(2L, 3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", BY_NUMBER, BY_FIRST_CALL})
    void threadsAreNotComparedWithOthersBecauseTheirPartnersAreLate(String rules) throws Exception {
        var diff = follow(rules);
        reference.add(1, "call", "{\"name\":\"f\",\"v\":1}");
        reference.add(2, "call", "{\"name\":\"f\",\"v\":2}");
        subject.add(2, "call", "{\"name\":\"f\",\"v\":2}");
        assertNothingIsTold(3);
        subject.add(1, "call", "{\"name\":\"f\",\"v\":1}");
        assertNothingIsTold(4);
        assertThat(result(diff).verdict()).isEqualTo(Verdict.MATCH);
        assertThat(told).isEmpty();
    }

    @Test
    void whereNumbersTurnOutToDifferNothingIsSaidBeforeTheEnd() throws Exception {
        var diff = follow("");
        reference.add(6, "x.call", "{\"name\":\"main\"}");
        reference.add(7, "x.call", "{\"name\":\"audio\"}");
        subject.add(1, "x.call", "{\"name\":\"main\"}");
        subject.add(6, "x.call", "{\"name\":\"audio\"}");
        assertNothingIsTold(4);
        EventDiffResult result = result(diff);
        assertThat(result.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(result.pairs()).extracting(PairResult::subjectTid).containsExactly(1L, 6L);
        assertThat(told).isEmpty();
    }

    @Test
    void mappedThreadsAreComparedAsSoonAsBothAreThere() throws Exception {
        var diff = follow(BY_FIRST_CALL, Optional.of(new TreeMap<>(Map.of(1L, 8L, 2L, 9L))));
        reference.add(2, "call", "{\"name\":\"f\"}");
        reference.add(1, "call", "{\"name\":\"f\"}");
        subject.add(9, "call", "{\"name\":\"g\"}");
        PairResult pair = next();
        assertThat(List.of(pair.referenceTid(), pair.subjectTid())).containsExactly(2L, 9L);
        subject.add(8, "call", "{\"name\":\"f\"}");
        assertThat(result(diff).differentCount()).isEqualTo(1);
    }

    @Test
    void whatARuleAbsorbsByWhatItKnowsIsNotToldAndAtTheEndItKnowsAll() throws Exception {
        var diff = follow(BY_NUMBER + "\n" + WITH_ABSORBER);
        reference.add(1, "wait", "{\"id\":\"a\"}");
        reference.add(2, "wait", "{\"id\":\"a\"}");
        subject.add(1, "wait", "{\"id\":\"a\"}");
        subject.add(2, "wait", "{\"id\":\"a\"}");
        subject.add(1, "create", "{\"id\":\"a\"}");
        reference.add(1, "call", "{}");
        subject.add(1, "call", "{}");
        assertNothingIsTold(7);
        subject.add(2, "create", "{\"id\":\"b\"}");
        reference.add(2, "call", "{}");
        subject.add(2, "call", "{}");
        assertThat(next().referenceTid()).isEqualTo(2);
        subject.add(1, "wait", "{\"id\":\"b\"}");
        reference.add(1, "wait", "{\"id\":\"b\"}");
        EventDiffResult result = result(diff);
        assertThat(result.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(result.rules().getFirst().events().subject()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLogThatIsNoneEndsTheComparisonThoughTheOtherGoesOn(boolean isReference) throws Exception {
        var diff = follow(BY_NUMBER);
        reference.add(1, "call", "{}");
        subject.add(1, "call", "{}");
        GrowingLog broken = isReference ? reference : subject;
        broken.line("no event");
        assertThatThrownBy(() -> diff.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(MalformedLogException.class)
                .hasMessageStartingWith(
                        isReference ? reference.file() + ":3" : subject.file() + ":3");
    }

    @Test
    void whoIsInterruptedLeavesNoReaderBehind() throws Exception {
        var diff = follow(BY_NUMBER);
        reference.add(1, "call", "{}");
        while (progress.events() < 1) {
            Thread.sleep(5);
        }
        executor.shutdownNow();
        assertThatThrownBy(() -> diff.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void whoIsInterruptedWhileItIsToldOfADifferenceLeavesNoReaderBehind() throws Exception {
        var diff = follow(BY_NUMBER);
        reference.add(1, "call", "{}");
        subject.add(1, "wait", "{}");
        next();
        executor.shutdownNow();
        reference.add(2, "call", "{}");
        subject.add(2, "wait", "{}");
        assertThatThrownBy(() -> diff.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(InterruptedException.class);
    }
}
