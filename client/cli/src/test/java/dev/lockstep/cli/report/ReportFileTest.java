package dev.lockstep.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.server.run.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

final class ReportFileTest {
    private static final Account ACCOUNT =
            new Account(Reports.match(), "./prog", "", "", GuestCode.NONE);

    @TempDir private Path directory;

    @Test
    void theFileChangesOnceAndWhole() throws IOException {
        Path file = Files.writeString(directory.resolve("report.json"), "old");
        ReportFiles<Account> files = ReportFiles.open(List.of("json:" + file), ReportFormat::parse);
        assertThat(file).hasContent("old");
        files.write(ACCOUNT);
        assertThat(file).hasContent(ReportFormat.JSON.write(ACCOUNT));
        assertThat(names()).containsExactly("report.json");
    }

    @Test
    void aFileWhoseContentBreaksOffStaysAsItWas() throws IOException {
        Path file = Files.writeString(directory.resolve("log.jsonl"), "old");
        InputStream closed = Files.newInputStream(file);
        closed.close();
        InputStream broken =
                new SequenceInputStream(new ByteArrayInputStream(new byte[1000]), closed);
        ReportFile target = ReportFile.open("--output " + file, file);
        assertThatThrownBy(() -> target.write(broken)).isInstanceOf(UncheckedIOException.class);
        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("log.jsonl");
    }

    @Test
    void aLinkIsFollowed() throws IOException {
        Path file = Files.writeString(directory.resolve("report.json"), "old");
        Path link = Files.createSymbolicLink(directory.resolve("link.json"), file);
        ReportFiles<Account> files = ReportFiles.open(List.of("json:" + link), ReportFormat::parse);
        files.write(ACCOUNT);
        assertThat(file).hasContent(ReportFormat.JSON.write(ACCOUNT));
        assertThat(link).isSymbolicLink();
    }

    @Test
    void aDeviceIsWrittenToAndStaysADevice() throws IOException {
        ReportFiles<Account> files =
                ReportFiles.open(List.of("json:/dev/null"), ReportFormat::parse);
        files.write(ACCOUNT);
        assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
        assertThat(Path.of("/dev/null")).exists();
    }

    @Test
    void untilItIsWrittenThereIsNothing() throws IOException {
        open("json:" + directory.resolve("report.json"));
        assertThat(names()).isEmpty();
    }

    @Test
    void whatCannotBeWrittenIsRefusedAndNothingIsLeft() throws IOException {
        List<String> targets =
                List.of("json:" + directory.resolve("a"), "json:" + directory.resolve("b/c"));
        assertThatThrownBy(() -> ReportFiles.open(targets, ReportFormat::parse))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("b/c: cannot be written (no such file or directory)");
        assertThat(names()).isEmpty();
    }

    @Test
    void formatAndFileAreChecked() {
        assertThatThrownBy(() -> open("xml:a"))
                .hasMessage(
                        "--report xml:a: unknown format 'xml' (expected: one of text, json,"
                                + " markdown, junit, html)");
        assertThatThrownBy(() -> open("a.json")).hasMessageContaining("no format");
        assertThatThrownBy(() -> open("html:")).hasMessageContaining("no file");
        assertThatThrownBy(() -> open("json:" + directory)).hasMessageContaining("is a directory");
    }

    private static void open(String target) {
        ReportFiles.open(List.of(target), ReportFormat::parse);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
