package dev.lockstep.server.diff.events;

import static dev.lockstep.server.diff.events.Verdicts.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.server.diff.events.PairResult.Region;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Where two threads differ behind their first difference. */
class RegionsTest {
    @TempDir private Path directory;

    private PairResult diff(List<String> reference, List<String> subject, int maxRegions)
            throws Exception {
        EventDiffResult result =
                Verdicts.of(
                        Verdicts.log(directory.resolve("reference.jsonl"), indexed(reference)),
                        Verdicts.log(directory.resolve("subject.jsonl"), indexed(subject)),
                        new DiffRequest(
                                EventProfiles.shipped("default"),
                                Optional.empty(),
                                maxRegions,
                                directory,
                                _ -> {}));
        return result.pairs().getFirst();
    }

    private static List<String> indexed(List<String> kinds) {
        return IntStream.range(0, kinds.size())
                .mapToObj(i -> event(1, i, kinds.get(i), "{}"))
                .toList();
    }

    private static List<String> kinds(int count, IntFunction<String> kind) {
        return new ArrayList<>(IntStream.range(0, count).mapToObj(kind).toList());
    }

    private static String place(Region region) {
        return "%d+%d %d+%d"
                .formatted(
                        region.referenceStart(),
                        region.referenceCount(),
                        region.subjectStart(),
                        region.subjectCount());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 19_990})
    void oneMissingEventIsOneRegionOfOneEventHoweverRepetitiveTheLogIs(int at) throws Exception {
        List<String> reference = kinds(20_000, i -> "k" + i % 7);
        List<String> subject = new ArrayList<>(reference);
        subject.remove(at);
        PairResult pair = diff(reference, subject, 10);
        assertThat(pair.matched()).isEqualTo(at);
        assertThat(pair.regions())
                .extracting(RegionsTest::place)
                .containsExactly("%d+1 %d+0".formatted(at, at));
        assertThat(pair.regionsComplete()).isTrue();
    }

    @Test
    void oneEventMoreAmongEqualOnesIsTheLastOfThem() throws Exception {
        PairResult pair =
                diff(List.of("a", "b", "b", "b", "c", "d"), List.of("a", "b", "b", "c", "d"), 10);
        assertThat(pair.regions()).extracting(RegionsTest::place).containsExactly("3+1 3+0");
    }

    @Test
    void everyRegionOfManyIsFound() throws Exception {
        List<String> reference = kinds(10_000, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        for (int at = 9900; at > 0; at -= 100) {
            switch (at / 100 % 3) {
                case 0 -> subject.remove(at);
                case 1 -> subject.set(at, "other");
                default -> subject.addAll(at, List.of("more", "more"));
            }
        }
        PairResult pair = diff(reference, subject, 1000);
        assertThat(pair.regions()).hasSize(99);
        assertThat(pair.regions())
                .extracting(Region::referenceStart)
                .isEqualTo(IntStream.rangeClosed(1, 99).mapToObj(i -> 100L * i).toList());
        assertThat(pair.regions()).extracting(Region::text).allMatch(it -> it.startsWith("kind: "));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "98, 98, false", "99, 99, true", "0, 0, true"})
    void noMoreAreListedThanWereAskedFor(int asked, int listed, boolean complete) throws Exception {
        List<String> reference = kinds(10_000, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        IntStream.rangeClosed(1, 99).forEach(i -> subject.set(100 * i, "other"));
        PairResult pair = diff(reference, subject, asked);
        assertThat(pair.regions()).hasSize(listed);
        assertThat(pair.regionsComplete()).isEqualTo(complete);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 5000, 50_000})
    void aLongStretchThatOneSideLacksIsOneRegion(int count) throws Exception {
        List<String> reference = kinds(70_000, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        subject.subList(1000, 1000 + count).clear();
        PairResult pair = diff(reference, subject, 10);
        assertThat(pair.regions())
                .extracting(RegionsTest::place)
                .containsExactly("1000+%d 1000+0".formatted(count));
    }

    @Test
    void aStretchBeyondTheWindowIsTheLastRegion() throws Exception {
        int count = Alignment.MAX_WINDOW + 1;
        List<String> reference = kinds(count + 2000, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        subject.subList(1000, 1000 + count).clear();
        PairResult pair = diff(reference, subject, 10);
        assertThat(pair.regions())
                .extracting(RegionsTest::place)
                .containsExactly("1000+%d 1000+1000".formatted(count + 1000));
        assertThat(pair.regionsComplete()).isTrue();
    }

    @Test
    void threadsThatHaveNothingInCommonAreOneRegion() throws Exception {
        PairResult pair = diff(kinds(3000, i -> "a" + i), kinds(2000, i -> "b" + i), 10);
        assertThat(pair.matched()).isZero();
        assertThat(pair.regions()).extracting(RegionsTest::place).containsExactly("0+3000 0+2000");
    }

    @Test
    void whatOneSideHasMoreAtItsEndIsTheLastRegion() throws Exception {
        List<String> reference = kinds(100, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        subject.set(50, "other");
        subject.addAll(List.of("more", "more"));
        PairResult pair = diff(reference, subject, 10);
        assertThat(pair.regions())
                .extracting(RegionsTest::place)
                .containsExactly("50+1 50+1", "100+0 100+2");
        assertThat(pair.regions().getLast().text())
                .isEqualTo("the subject has more events at its end");
        assertThat(pair.regions().getLast().matchedBefore()).isEqualTo(49);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, false", "2, 2, true", "3, 2, true"})
    void whatIsAtTheEndIsNotListedBeyondWhatWasAskedFor(int asked, int listed, boolean complete)
            throws Exception {
        List<String> reference = kinds(100, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        subject.set(50, "other");
        subject.addAll(List.of("more", "more"));
        PairResult pair = diff(reference, subject, asked);
        assertThat(pair.regions()).hasSize(listed);
        assertThat(pair.regionsComplete()).isEqualTo(complete);
    }

    @Test
    void whatMayBeAtTheEndIsNoRegion() throws Exception {
        List<String> reference = kinds(100, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference);
        subject.set(50, "other");
        subject.addAll(List.of("more", "more"));
        EventProfile lenient = Verdicts.profile("event_profile: p\nthreads: {trailing: allowed}");
        EventDiffResult result =
                Verdicts.of(indexed(reference), indexed(subject), lenient, directory);
        assertThat(result.pairs().getFirst().regions())
                .extracting(RegionsTest::place)
                .containsExactly("50+1 50+1");
        assertThat(result.pairs().getFirst().regionsComplete()).isTrue();
    }

    @Test
    void whatALogThatBreaksOffMayStillHaveIsNoRegion() throws Exception {
        List<String> reference = kinds(100, i -> "k" + i);
        List<String> subject = new ArrayList<>(reference.subList(0, 80));
        subject.set(50, "other");
        List<String> cut = new ArrayList<>(indexed(subject));
        cut.add("{\"tid\"");
        Path file = directory.resolve("subject.jsonl");
        Files.writeString(file, Verdicts.HEADER + "\n" + String.join("\n", cut));
        EventDiffResult result =
                Verdicts.of(
                        Verdicts.log(directory.resolve("reference.jsonl"), indexed(reference)),
                        file,
                        new DiffRequest(
                                EventProfiles.shipped("default"),
                                Optional.empty(),
                                10,
                                directory,
                                _ -> {}));
        assertThat(result.pairs().getFirst().regions())
                .extracting(RegionsTest::place)
                .containsExactly("50+1 50+1");
    }

    /** Where alignment is ambiguous, only this holds: behind each region both sides are equal. */
    @Test
    void betweenTheRegionsOfRepetitiveLogsBothSidesAreEqual() throws Exception {
        for (long seed = 1; seed <= 200; seed++) {
            Random chance = new Random(seed);
            List<String> reference = kinds(200, _ -> "k" + chance.nextInt(3));
            List<String> subject = new ArrayList<>(reference);
            for (int i = 0; i < 5; i++) {
                int at = chance.nextInt(subject.size());
                switch (chance.nextInt(3)) {
                    case 0 -> subject.remove(at);
                    case 1 -> subject.set(at, "k" + chance.nextInt(3));
                    default -> subject.add(at, "k" + chance.nextInt(3));
                }
            }
            PairResult pair = diff(reference, subject, 1000);
            assertThat(without(pair.regions(), reference, Side.REFERENCE))
                    .as("seed " + seed)
                    .isEqualTo(without(pair.regions(), subject, Side.SUBJECT));
        }
    }

    private static List<String> without(List<Region> regions, List<String> kinds, Side side) {
        List<String> rest = new ArrayList<>(kinds);
        for (Region region : regions.reversed()) {
            long start = side == Side.REFERENCE ? region.referenceStart() : region.subjectStart();
            long count = side == Side.REFERENCE ? region.referenceCount() : region.subjectCount();
            rest.subList((int) start, (int) (start + count)).clear();
        }
        return rest;
    }
}
