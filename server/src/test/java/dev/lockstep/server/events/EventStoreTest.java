package dev.lockstep.server.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.lockstep.proto.v1.Event;
import dev.lockstep.proto.v1.EventBatch;
import dev.lockstep.protocol.EventLines;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;

@Timeout(60)
class EventStoreTest {
    private static final long RUN = 7;
    private static final EventLimits ROOMY = EventLimits.DEFAULT;

    @TempDir Path state;

    private final List<EventStore> stores = new ArrayList<>();

    @AfterEach
    void close() {
        stores.forEach(EventStore::close);
    }

    @Test
    void aLogIsReadAsItWasTold() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("interp", batch(0, 3));
        run.add("recomp", batch(0, 1));
        run.add("interp", batch(3, 2));
        assertThat(run.end(Optional.empty()).get(10, SECONDS)).isEmpty();
        assertThat(new EventLogs(state).engines(RUN)).containsExactly("interp", "recomp");
        try (EventText text = stored("interp")) {
            assertThat(new String(text.from(0).readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(expected("interp", 5));
            assertThat(text.isComplete()).isTrue();
            assertThat(text.damage()).isEmpty();
        }
    }

    @Test
    void aLogOfManyFramesIsReadFromAnyLine() throws Exception {
        RunEvents run = begin(ROOMY);
        int count = 20_000;
        for (int i = 0; i < count; i += 100) {
            run.add("interp", batch(i, 100));
        }
        run.end(Optional.empty()).get(10, SECONDS);
        String whole = expected("interp", count);
        assertThat(whole.length()).isGreaterThan(5 * EventLog.FRAME_BYTES);
        try (EventText text = stored("interp")) {
            assertThat(text.length()).isEqualTo(whole.length());
            for (int at = 0; at < whole.length(); at = whole.indexOf('\n', at + 100_000) + 1) {
                int end = whole.indexOf('\n', at);
                assertThat(text.line(at)).asString().isEqualTo(whole.substring(at, end));
                assertThat(text.from(at).readNBytes(1000))
                        .asString()
                        .isEqualTo(whole.substring(at, Math.min(at + 1000, whole.length())));
                if (whole.indexOf('\n', at + 100_000) < 0) {
                    break;
                }
            }
            assertThatIOException()
                    .isThrownBy(() -> text.line(whole.length()))
                    .withMessage(
                            "event log: no line at byte %d (expected: one below %1$d)",
                            whole.length());
        }
    }

    @Test
    void aReaderFollowsALogWhileItIsWritten() throws Exception {
        EventStore store = store(ROOMY);
        RunEvents run = store.run(CompletableFuture.completedFuture(RUN));
        run.add("interp", batch(0, 1));
        try (EventText text = store.open(RUN, "interp").orElseThrow();
                BufferedReader lines =
                        new BufferedReader(
                                new InputStreamReader(text.from(0), StandardCharsets.UTF_8))) {
            assertThat(text.isComplete()).isFalse();
            assertThat(lines.readLine()).contains("schema_version");
            for (int i = 0; i < 10_000; i++) {
                if (i > 0) {
                    run.add("interp", batch(i, 1));
                }
                assertThat(lines.readLine() + "\n").isEqualTo(EventLines.line("interp", event(i)));
            }
            CompletableFuture<String> rest = CompletableFuture.supplyAsync(() -> next(lines));
            Thread.sleep(300);
            assertThat(rest).isNotDone();
            run.end(Optional.empty()).get(10, SECONDS);
            assertThat(rest.get(10, SECONDS)).isEqualTo("the end");
            assertThat(text.isComplete()).isTrue();
        }
    }

    @Test
    void whatWaitsIsOnTheDiskBeforeLong() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("interp", batch(0, 2));
        long expected = expected("interp", 2).length();
        while (length("interp") < expected) {
            Thread.sleep(20);
        }
        assertThat(length("interp")).isEqualTo(expected);
    }

    @Test
    void aLogThatIsFullEndsAndTheLossIsTold() throws Exception {
        RunEvents run = begin(new EventLimits(50_000, 1 << 20, 256 << 20));
        int count = 200_000;
        for (int i = 0; i < count; i += 100) {
            run.add("interp", batch(i, 100));
        }
        run.add("recomp", batch(0, 1));
        List<String> losses = run.end(Optional.empty()).get(10, SECONDS);
        assertThat(losses)
                .singleElement()
                .asString()
                .matches("event log of interp: [\\d,]+ events were not kept: .*50000 bytes.*");
        try (EventText text = stored("interp")) {
            long kept = lines(text) - 1;
            assertThat(kept).isPositive();
            String lost = "%,d events".formatted(count - kept);
            assertThat(losses.getFirst()).contains(": " + lost);
            assertThat(text.damage().orElseThrow()).startsWith(lost);
        }
    }

    @Test
    void aDiskThatTakesNothingEndsTheLogAndTheLossIsTold() throws Exception {
        Files.createDirectories(state.resolve("events/7"));
        Files.writeString(state.resolve("events/7/interp"), "in the way");
        RunEvents run = begin(ROOMY);
        run.add("interp", batch(0, 3));
        assertThat(run.end(Optional.empty()).get(10, SECONDS))
                .singleElement()
                .asString()
                .startsWith("event log of interp: 3 events were not kept: ");
        assertThat(run.keepsUp()).isTrue();
    }

    @Test
    void aRunIsHeldUpWhileItsEventsWaitAndWhatHasNoRoomIsCounted() throws Exception {
        CompletableFuture<Long> number = new CompletableFuture<>();
        RunEvents run = store(new EventLimits(1 << 30, 1000, 4000)).run(number);
        run.add("interp", batch(0, 1));
        assertThat(run.keepsUp()).isTrue();
        run.add("interp", batch(1, 49));
        assertThat(run.keepsUp()).isFalse();
        number.complete(RUN);
        while (!run.keepsUp()) {
            Thread.sleep(5);
        }
        assertThat(run.end(Optional.empty()).get(10, SECONDS))
                .singleElement()
                .asString()
                .matches("event log of interp: \\d+ events were not kept: .* waited for the disk");
        try (EventText text = stored("interp")) {
            assertThat(text.length()).isBetween(1000L, 4100L);
            assertThat(text.damage().orElseThrow()).contains("waited for the disk");
        }
    }

    @Test
    void behindALostEventNoneIsKept() throws Exception {
        CompletableFuture<Long> number = new CompletableFuture<>();
        RunEvents run = store(new EventLimits(1 << 30, 1000, 4000)).run(number);
        run.add("interp", batch(0, 49));
        number.complete(RUN);
        while (!run.keepsUp()) {
            Thread.sleep(5);
        }
        run.add("interp", batch(49, 1));
        run.end(Optional.empty()).get(10, SECONDS);
        try (EventText text = stored("interp")) {
            String kept = new String(text.from(0).readAllBytes(), StandardCharsets.UTF_8);
            assertThat(expected("interp", 50)).startsWith(kept);
            assertThat(kept.lines().count()).isLessThan(50);
        }
    }

    @Test
    void aLogOfAnEngineThatDidNotComeToItsEndSaysSo() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("interp", batch(0, 3));
        assertThat(run.end(Optional.of("the engine left")).get(10, SECONDS)).isEmpty();
        try (EventText text = stored("interp")) {
            assertThat(lines(text)).isEqualTo(4);
            assertThat(text.damage()).contains("the engine left");
        }
    }

    @Test
    void aFollowerLearnsAtTheEndWhatItsLogLacks() throws Exception {
        EventStore store = store(new EventLimits(10, 1 << 20, 256 << 20));
        RunEvents run = store.run(CompletableFuture.completedFuture(RUN));
        run.add("interp", batch(0, 3));
        try (EventText text = store.open(RUN, "interp").orElseThrow()) {
            run.end(Optional.empty()).get(10, SECONDS);
            assertThat(text.from(0).readAllBytes()).isEmpty();
            assertThat(text.damage().orElseThrow()).startsWith("3 events were not kept: ");
        }
    }

    @Test
    void aLogThatFailsAsNobodyForesawEndsAllTheSame() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("no/name", batch(0, 3));
        run.add("interp", batch(0, 2));
        assertThat(run.end(Optional.empty()).get(10, SECONDS))
                .singleElement()
                .asString()
                .contains("event log of no/name: 3 events were not kept: ");
        try (EventText text = stored("interp")) {
            assertThat(text.damage()).isEmpty();
        }
    }

    @Test
    void aStuckDiskHasOneTaskHoweverManyEventsCome() throws Exception {
        List<Runnable> tasks = new ArrayList<>();
        RunEvents run = new RunEvents(new CompletableFuture<>(), ROOMY, tasks::add);
        for (int i = 0; i < 10_000; i += 100) {
            run.add("interp", batch(i, 100));
        }
        assertThat(tasks).hasSize(1);
        tasks.getFirst().run();
        run.add("interp", batch(10_000, 1));
        assertThat(tasks).hasSize(2);
    }

    @Test
    void aNameThatIsAPathOpensNothing() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("interp", batch(0, 1));
        run.end(Optional.empty()).get(10, SECONDS);
        String absolute = state.resolve("events/7/interp").toString();
        for (String name : List.of(absolute, "../7/interp", "./interp", "=..", "", "a\0b")) {
            assertThat(new EventLogs(state).open(RUN, name)).as(name).isEmpty();
        }
    }

    @Test
    void noEventIsKeptOfARunThatIsNotInTheLog() throws Exception {
        RunEvents run =
                store(ROOMY).run(CompletableFuture.failedFuture(new IOException("no room")));
        run.add("interp", batch(0, 3));
        assertThat(run.end(Optional.empty()).get(10, SECONDS))
                .containsExactly(
                        "event log of interp: 3 events were not kept: the run is not in the log of"
                                + " runs");
    }

    @Test
    void namesThatArePathsOfTheirOwnStayInTheRunsDirectory() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("..", batch(0, 1));
        run.add(".", batch(0, 1));
        run.end(Optional.empty()).get(10, SECONDS);
        assertThat(new EventLogs(state).engines(RUN)).containsExactly(".", "..");
        assertThat(length("..")).isPositive();
        try (var files = Files.list(state.resolve("events"))) {
            assertThat(files).containsExactly(state.resolve("events/7"));
        }
    }

    @Test
    void eventsAreForTheirOwnerOnly() throws Exception {
        RunEvents run = begin(ROOMY);
        run.add("interp", batch(0, 1));
        run.end(Optional.empty()).get(10, SECONDS);
        assertThat(Files.getPosixFilePermissions(state.resolve("events")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    private EventStore store(EventLimits limits) {
        EventStore store = new EventStore(state, limits);
        stores.add(store);
        return store;
    }

    private RunEvents begin(EventLimits limits) {
        return store(limits).run(CompletableFuture.completedFuture(RUN));
    }

    private EventText stored(String engine) throws IOException {
        return new EventLogs(state).open(RUN, engine).orElseThrow();
    }

    private long length(String engine) throws IOException {
        var text = new EventLogs(state).open(RUN, engine);
        return text.isPresent() ? text.get().length() : 0;
    }

    private static long lines(EventText text) throws IOException {
        return new String(text.from(0).readAllBytes(), StandardCharsets.UTF_8).lines().count();
    }

    private static String next(BufferedReader lines) {
        try {
            String line = lines.readLine();
            return line == null ? "the end" : line;
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static String expected(String engine, int count) {
        StringBuilder text = new StringBuilder(EventLines.schema(engine));
        LongStream.range(0, count).forEach(i -> text.append(EventLines.line(engine, event(i))));
        return text.toString();
    }

    private static EventBatch batch(long first, int count) {
        EventBatch.Builder batch = EventBatch.newBuilder();
        LongStream.range(first, first + count).forEach(i -> batch.addEvents(event(i)));
        return batch.build();
    }

    private static Event event(long index) {
        return Event.newBuilder()
                .setTid(1)
                .setIndex(index)
                .setKind("k")
                .setPayload("{\"n\":" + index * 1_234_567 + "}")
                .build();
    }
}
