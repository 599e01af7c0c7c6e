package dev.lockstep.server.diff.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.server.files.OpenFiles;
import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists of rows, and the temporary file they lie in. */
class RowListTest {
    @TempDir private Path directory;

    @ParameterizedTest(name = "{1} rows of {0}")
    @CsvSource({
        "1, 0",
        "1, 1",
        "2, 4",
        "2, 5",
        "3, 12",
        "3, 13",
        "2, 8188",
        "2, 8189",
        "2, 700000"
    })
    void rowsComeBackInTheirOrderWhateverChunksTheyAreIn(int width, int count) {
        try (Spool spool = Spool.in(directory)) {
            RowList rows = filled(spool, width, count);
            RowList.Cursor cursor = rows.cursor();
            for (int i = 0; i < count; i++) {
                assertThat(cursor.isAtEnd()).isFalse();
                assertThat(cursor.position()).isEqualTo(i);
                for (int column = 0; column < width; column++) {
                    assertThat(cursor.get(column)).isEqualTo(value(i, column));
                }
                cursor.advance();
            }
            assertThat(cursor.isAtEnd()).isTrue();
            assertThat(rows.size()).isEqualTo(count);
        }
    }

    private static long value(long row, int column) {
        return row * 10 + column;
    }

    private static RowList filled(Spool spool, int width, int count) {
        RowList rows = new RowList(spool, width);
        for (int i = 0; i < count; i++) {
            add(rows, spool, width);
        }
        return rows;
    }

    private static void add(RowList rows, Spool spool, int width) {
        long row = rows.size();
        long address = rows.add();
        for (int column = 0; column < width; column++) {
            spool.put(address + column, value(row, column));
        }
    }

    @Test
    void manyListsGrowSideBySide() {
        try (Spool spool = Spool.in(directory)) {
            List<RowList> lists = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                lists.add(new RowList(spool, 2));
            }
            for (int row = 0; row < 10_000; row++) {
                lists.forEach(it -> add(it, spool, 2));
            }
            for (RowList list : lists) {
                RowList.Cursor cursor = list.cursor();
                for (int row = 0; row < 10_000; row++, cursor.advance()) {
                    assertThat(cursor.get(1)).isEqualTo(value(row, 1));
                }
            }
        }
    }

    @Test
    void aCursorSeesRowsThatAreAddedLaterAndACopyStandsOnItsOwn() {
        try (Spool spool = Spool.in(directory)) {
            RowList rows = filled(spool, 1, 4);
            RowList.Cursor cursor = rows.cursor();
            for (int i = 0; i < 4; i++) {
                cursor.advance();
            }
            assertThat(cursor.isAtEnd()).isTrue();
            RowList.Cursor copy = cursor.copy();
            add(rows, spool, 1);
            add(rows, spool, 1);
            assertThat(cursor.isAtEnd()).isFalse();
            assertThat(cursor.get(0)).isEqualTo(value(4, 0));
            cursor.advance();
            assertThat(cursor.get(0)).isEqualTo(value(5, 0));
            assertThat(copy.position()).isEqualTo(4);
            assertThat(copy.get(0)).isEqualTo(value(4, 0));
        }
    }

    @Test
    void theTemporaryFileHasNoName() throws IOException {
        try (Spool spool = Spool.in(directory)) {
            filled(spool, 1, 10);
            assertThat(directory).isEmptyDirectory();
            assertThat(OpenFiles.in(directory)).isNotEmpty();
        }
    }

    @Test
    void aDirectoryThatIsNotThereIsNamedAndSoIsTheOptionForAnother() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Spool.in(missing))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith(missing + ": no room for a temporary file: ")
                .hasMessageEndingWith(
                        "; $TMPDIR names another directory, as does --temp-dir of 'lockstep diff"
                                + " events'");
    }
}
