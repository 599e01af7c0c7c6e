package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Which threads are partners before all are known. */
class GrowingPairsTest {
    @TempDir private Path directory;

    private Spool spool;
    private LogIndex reference;
    private LogIndex subject;
    private GrowingPairs pairs;

    @BeforeEach
    void begin() {
        EventProfile profile = EventProfiles.shipped("default");
        spool = Spool.in(directory);
        reference = new LogIndex(profile, spool);
        subject = new LogIndex(profile, spool);
        pairs = new GrowingPairs(reference, subject, DiffRequest.of(profile, directory));
    }

    @AfterEach
    void close() {
        spool.close();
    }

    private static void add(LogIndex log, long... tids) {
        LongStream.of(tids).forEach(log::thread);
    }

    @Test
    void everyPairIsGivenOutOnceBothAreThere() {
        add(reference, 3, 1);
        assertThat(pairs.more()).isEmpty();
        add(subject, 1);
        assertThat(pairs.more()).extracting(it -> it.subject().tid()).containsExactly(1L);
        assertThat(pairs.more()).isEmpty();
        add(subject, 2, 3);
        add(reference, 2);
        assertThat(pairs.more()).extracting(it -> it.reference().tid()).containsExactly(3L, 2L);
    }

    @ParameterizedTest(name = "[{0}] and [{1}], reference ended: {2}, subject ended: {3}")
    @CsvSource({
        "1 2, 1 2, false, false, true",
        "1 2, 2  , false, false, true",
        "1 2, 2  , true , false, true",
        "1 2, 2  , false, true , false",
        "2  , 1 2, true , false, false",
        "2  , 1 2, false, true , true",
        "1 2, 2 3, false, false, false",
        "1 2, 1 2, true , true , true",
    })
    void numbersDecideUntilBothLogsCannotHaveTheSame(
            String left, String right, boolean leftEnded, boolean rightEnded, boolean settled) {
        add(reference, numbers(left));
        add(subject, numbers(right));
        assertThat(pairs.more()).isNotEmpty();
        assertThat(pairs.areSettled(leftEnded, rightEnded)).isEqualTo(settled);
    }

    private static long[] numbers(String text) {
        return Stream.of(text.split(" ")).mapToLong(Long::parseLong).toArray();
    }
}
