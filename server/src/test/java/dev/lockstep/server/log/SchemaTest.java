package dev.lockstep.server.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.server.run.ConfigException;
import dev.lockstep.server.run.RunReport;
import dev.lockstep.server.run.Verdict;
import dev.lockstep.server.sqlite.Database;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;

class SchemaTest {
    @TempDir Path directory;

    @Test
    void aStoreOfVersion1IsReadAndContinued() throws Exception {
        create("version-1.sql");

        try (RunStore store = RunStore.open(directory, path -> {})) {
            RunReport report = store.report(1).orElseThrow();
            assertThat(report.verdict()).isEqualTo(Verdict.DIVERGED);
            assertThat(report.notes()).containsExactly("a note");
            assertThat(report.divergences()).hasSize(1);
            assertThat(report.engines()).hasSize(2);
            assertThat(store.inputs(1)).isEmpty();
            assertThat(store.find("hello-2").orElseThrow().verdict()).isEqualTo(Verdict.INCOMPLETE);
        }
        try (Database database = LogSchema.open(directory)) {
            assertThat(database.query("PRAGMA user_version", row -> row.getInt(1)))
                    .containsExactly(LogSchema.SCHEMA.version());
        }
    }

    @Test
    void aStoreOfALaterVersionIsRefusedAndLeftAlone() {
        try (Database database = LogSchema.open(directory)) {
            database.execute("PRAGMA user_version = 99");
        }
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(ConfigException.class)
                    .isThrownBy(() -> LogSchema.open(directory))
                    .withMessageContaining(
                            "version 99 (expected: at most " + LogSchema.SCHEMA.version());
        }
    }

    private void create(String script) throws IOException, SQLException {
        try (InputStream sql = Objects.requireNonNull(getClass().getResourceAsStream(script));
                Connection connection =
                        DriverManager.getConnection(
                                "jdbc:sqlite:" + directory.resolve("lockstep.db"));
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
