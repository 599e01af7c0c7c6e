package dev.lockstep.server.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.proto.v1.Exit;
import dev.lockstep.proto.v1.ExitReason;
import dev.lockstep.proto.v1.GuestEnd;
import dev.lockstep.proto.v1.InputRequest;
import dev.lockstep.server.run.Guest.Block;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The rule of QEMU's lockstep plugin, held against a table of what the plugin does. */
class QemuProfileTest extends ComparisonHarness {
    private static final long PC = 0x1000;
    private static final long ELSEWHERE = 0x100000;
    private static final int BLOCK_STEPS = 4;
    private static final long BLOCK_BYTES = 0x10;

    /**
     * A line of the table.
     *
     * @param blocks one character for each block, X where the pcs differ
     * @param distances block, from 1, and distance of every divergence
     * @param messages what a plugin that is not verbose counts in its messages
     */
    record Row(String blocks, List<String> distances, List<String> messages, boolean givesUp) {
        private static final Pattern LINE =
                Pattern.compile("([.X]+) +distances (\\[.*]) messages (\\[.*?]) ?(give up)?");

        static Row parse(String line) {
            Matcher matcher = LINE.matcher(line.strip());
            assertThat(matcher.matches()).as(line).isTrue();
            return new Row(
                    matcher.group(1),
                    all("\\((\\d+, \\d+)\\)", matcher.group(2)),
                    all("'(.*?)'", matcher.group(3)),
                    matcher.group(4) != null);
        }

        private static List<String> all(String pattern, String text) {
            return Pattern.compile(pattern)
                    .matcher(text)
                    .results()
                    .map((MatchResult result) -> result.group(1))
                    .toList();
        }

        /** Returns one message for every divergence, not only for those that are close. */
        List<String> verboseMessages() {
            return IntStream.range(0, distances.size())
                    .mapToObj(i -> (i + 1) + "/" + distances.get(i).replaceAll(".*, ", ""))
                    .map(count -> count + " since last")
                    .toList();
        }

        @Override
        public String toString() {
            return blocks;
        }
    }

    static Stream<Arguments> rows() throws IOException {
        try (InputStream table =
                QemuProfileTest.class.getResourceAsStream("/peer-lockstep-table.txt")) {
            String text =
                    new String(
                            Objects.requireNonNull(table).readAllBytes(), StandardCharsets.UTF_8);
            List<Arguments> cases = new ArrayList<>();
            for (String line : text.lines().toList()) {
                for (boolean verbose : new boolean[] {false, true}) {
                    cases.add(Arguments.of(Row.parse(line), verbose, false));
                    cases.add(Arguments.of(Row.parse(line), verbose, true));
                }
            }
            return cases.stream();
        }
    }

    @ParameterizedTest(name = "{0}, verbose {1}, as the other side sees it {2}")
    @MethodSource("rows")
    void everyRowOfTheTableHolds(Row row, boolean verbose, boolean swapped)
            throws ProtocolException {
        play(row.blocks(), verbose, swapped);

        assertThat(divergences)
                .extracting(found -> (found.block() + 1) + ", " + found.distance())
                .containsExactlyElementsOf(row.distances());
        if (!verbose) {
            assertThat(sinceLast()).containsExactlyElementsOf(row.messages());
        } else {
            assertThat(sinceLast()).containsExactlyElementsOf(row.verboseMessages());
        }
        assertThat(said.toString().contains("giving up")).isEqualTo(row.givesUp());
        assertThat(comparison.verdict() == Verdict.DIVERGED)
                .isEqualTo(row.givesUp() || row.blocks().endsWith("X"));
    }

    @ParameterizedTest(name = "as the other side sees it {0}")
    @ValueSource(booleans = {false, true})
    void whatIsSaidAtGivingUpIsWhatThePluginPrints(boolean swapped) throws ProtocolException {
        play("...XXX..", false, swapped);

        String expected =
                """
                @ 0x0000000000001040 vs 0x0000000000101040 (2/1 since last)
                @ 0x0000000000001050 vs 0x0000000000101050 (3/1 since last)
                Δ insn_count @ 0x0000000000001050 (20) vs 0x0000000000101050 (20)
                  previously @ 0x0000000000001040/4 (20 insns)
                  previously @ 0x0000000000001030/4 (16 insns)
                  previously @ 0x0000000000001020/4 (12 insns)
                  previously @ 0x0000000000001010/4 (8 insns)
                too much divergence... giving up.\
                """;
        assertThat(said.toString()).isEqualTo(swapped ? elsewhere(expected) : expected);
        assertThat(notes)
                .containsExactly(
                        "recomp was given up after 3 divergences: they follow one another");
    }

    @Test
    void aVerbosePluginTellsOfEveryDivergence() throws ProtocolException {
        play("...X.X.", true, false);

        assertThat(said.toString())
                .isEqualTo(
                        """
                        @ 0x0000000000001030 vs 0x0000000000101030 (1/0 since last)
                        @ 0x0000000000001050 vs 0x0000000000101050 (2/2 since last)
                        No divergence :-)
                        Executed 7/7 blocks
                        Executed ~28 instructions
                        """);
        assertThat(comparison.verdict()).isEqualTo(Verdict.RECOVERED);
    }

    @Test
    void fiveBlocksAreShownAtMostAndTheOldestNever() throws ProtocolException {
        play(".XXX", true, false);
        assertThat(previously()).containsExactly("0x0000000000001020/4", "0x0000000000001010/4");

        play(".......XXX", false, false);
        assertThat(previously())
                .containsExactly(
                        "0x0000000000001080/4",
                        "0x0000000000001070/4",
                        "0x0000000000001060/4",
                        "0x0000000000001050/4",
                        "0x0000000000001040/4");
    }

    @Test
    void anotherNumberOfInstructionsIsNoDivergence() throws ProtocolException {
        compare(qemu());
        reference(Guest.batch(0, PC, blocks("...", false, 4)));
        subject(Guest.batch(0, PC, blocks("...", false, 3)));
        reference(end(12));
        subject(end(9));

        assertThat(divergences).isEmpty();
        assertThat(said.toString()).startsWith("No divergence :-)\nExecuted 3/3 blocks\n");
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void anotherDigestIsNoDivergence() throws ProtocolException {
        Guest guest = Guest.random(1, 40);
        compare(qemu());
        reference(guest.batch(0, 10, 40), guest.end());
        subject(guest.withWrongDigest(5).batch(0, 10, 40), guest.end());

        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
        assertThat(comparison.compared().digests()).isZero();
    }

    @Test
    void blocksAreNeverBroughtBackIntoStep() throws ProtocolException {
        compare(qemu());
        Guest guest = Guest.random(1, 40);
        reference(guest.batch(0, 10, 20, 30, 40));
        subject(guest.batch(0, 5, 10, 20, 30, 40));

        assertThat(divergences).extracting(Divergence::block).containsExactly(1L, 2L, 3L);
        assertThat(said.toString()).endsWith("giving up.");
    }

    @Test
    void aSubjectThatEndsFirstIsAShortRead() throws ProtocolException {
        compare(qemu());
        reference(Guest.batch(0, PC, blocks("....", false, 4)));
        subject(Guest.batch(0, PC, blocks("...", false, 4)), end(12));

        assertThat(said.toString()).isEqualTo("read less than expected");
        assertThat(divergence().field()).isEqualTo("exit");
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
        assertThat(comparison.compared().blocks()).isEqualTo(3);
    }

    @Test
    void aReferenceThatEndsFirstSaysThatThereWasNoDivergence() throws ProtocolException {
        compare(qemu());
        reference(Guest.batch(0, PC, blocks("...", false, 4)), end(12));
        subject(Guest.batch(0, PC, blocks("....", false, 4)));

        assertThat(said.toString()).startsWith("No divergence :-)\nExecuted 3/3 blocks\n");
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void anotherFinalStateIsADivergenceThatThePluginDoesNotSee() throws ProtocolException {
        compare(qemu());
        both(Guest.batch(0, PC, blocks("...", false, 4)));
        reference(end(12).toBuilder().setMemoryDigest(8).build());
        subject(end(12).toBuilder().setMemoryDigest(9).build());

        assertThat(said.toString()).startsWith("No divergence :-)\n");
        assertThat(divergence().field()).isEqualTo("state");
        assertThat(comparison.verdict()).isEqualTo(Verdict.DIVERGED);
    }

    @Test
    void aSubjectThatVanishesIsAShortReadToo() throws ProtocolException {
        compare(qemu());
        both(Guest.batch(0, PC, blocks("...", false, 4)));
        comparison.subjectGone();

        assertThat(said.toString()).isEqualTo("read less than expected");
    }

    @Test
    void aSubjectThatStopsAtTheEndOfTheWindowIsNoShortRead() throws ProtocolException {
        compare(qemu().window(new Window(null, 0, 12L)));
        subject(Guest.batch(0, PC, blocks("...", false, 4)), end(12));
        reference(Guest.batch(0, PC, blocks("....", false, 4)));

        assertThat(said.toString()).isEmpty();
        assertThat(comparison.verdict()).isEqualTo(Verdict.MATCH);
    }

    @Test
    void thePluginCountsFromWhereTheComparisonBegins() throws ProtocolException {
        compare(qemu().window(new Window(null, 8, null)));
        reference(Guest.batch(0, PC, blocks(".....XXX", false, 4)));
        subject(Guest.batch(0, PC, blocks(".....XXX", true, 4)));

        assertThat(said.toString())
                .contains("(20) vs 0x", "previously @ 0x0000000000001060/4 (20 insns)");
    }

    @Test
    void inputsAreForcedWhereverTheBlocksAreSplit() throws ProtocolException {
        Guest guest = Guest.random(1, 40);
        compare(qemu());
        reference(guest.batch(0, 10), guest.question(10, 14), guest.batch(10, 15, 40));
        subject(guest.batch(0, 5, 10), guest.question(10, 14), guest.batch(10, 15, 40));

        assertThat(comparison.passedInputs()).isEqualTo(1);
        assertThat(divergences).extracting(Divergence::field).containsOnly("pc");
    }

    @Test
    void aSubjectThatAsksForSomethingElseIsGivenUp() throws ProtocolException {
        Guest guest = Guest.random(1, 40);
        InputRequest question = guest.question(10, 14);
        compare(qemu());
        reference(guest.batch(0, 10), question);
        subject(guest.batch(0, 10), question.toBuilder().setNumber(64).build());

        assertThat(divergence().field()).isEqualTo("input");
        assertThat(notes).singleElement().asString().contains("cannot be forced");
    }

    @Test
    void ofAMillionEqualBlocksNoneWaits() throws ProtocolException {
        compare(qemu());
        List<Block> thousand = blocks(".".repeat(1000), false, 4);
        long pc = PC;
        for (int i = 0; i < 1000; i++) {
            both(Guest.batch(4000L * i, pc, thousand));
            pc = thousand.getLast().nextPc();
        }

        assertThat(comparison.compared().blocks()).isEqualTo(1_000_000);
        assertThat(comparison.referenceRecords()).isEqualTo(1_000_000);
        assertThat(comparison.subjectRecords()).isEqualTo(1_000_000);
        assertThat(comparison.reference().goesOn()).isFalse();
        assertThat(comparison.subject().goesOn()).isFalse();
    }

    private void play(String blocks, boolean verbose, boolean swapped) throws ProtocolException {
        compare(qemu().verbose(verbose));
        long entry = blocks.startsWith("X") ? PC + ELSEWHERE : PC;
        Object[] plain = {Guest.batch(0, PC, blocks(blocks, false, BLOCK_STEPS)), end(blocks)};
        Object[] other = {Guest.batch(0, entry, blocks(blocks, true, BLOCK_STEPS)), end(blocks)};
        reference(swapped ? other : plain);
        subject(swapped ? plain : other);
    }

    private static RunSpec.Builder qemu() {
        return spec().profile(Profile.QEMU).policy(Policy.TRACK);
    }

    /** Returns the records of such blocks; the pc of a block stands in the record before it. */
    private static List<Block> blocks(String pattern, boolean moved, int steps) {
        List<Block> records = new ArrayList<>();
        for (int next = 1; next <= pattern.length(); next++) {
            boolean elsewhere = moved && next < pattern.length() && pattern.charAt(next) == 'X';
            records.add(
                    new Block(PC + next * BLOCK_BYTES + (elsewhere ? ELSEWHERE : 0), 5, steps, 0));
        }
        return records;
    }

    private static GuestEnd end(String blocks) {
        return end((long) blocks.length() * BLOCK_STEPS);
    }

    private static GuestEnd end(long steps) {
        return GuestEnd.newBuilder()
                .setStepCount(steps)
                .setExit(Exit.newBuilder().setReason(ExitReason.EXIT_REASON_EXITED))
                .build();
    }

    /** Returns the same text from the side that goes elsewhere, which saw the first blocks too. */
    private static String elsewhere(String text) {
        String swapped =
                text.replaceAll(
                        "@ 0x0+1(\\S+)( \\S+)? vs 0x0+101(\\S+)",
                        "@ 0x0000000000101$1$2 vs 0x0000000000001$3");
        return swapped.replace("@ 0x0000000000001040/4", "@ 0x0000000000101040/4")
                .replace("@ 0x0000000000001030/4", "@ 0x0000000000101030/4");
    }

    private List<String> sinceLast() {
        return found("\\((\\d+/\\d+ since last)\\)");
    }

    private List<String> previously() {
        return found("previously @ (\\S+)");
    }

    private List<String> found(String pattern) {
        return Pattern.compile(pattern)
                .matcher(said)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }
}
