package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** {@code lockstep diff events} as a user starts it. */
final class DiffEventsIT {
    private static final String HEADER = "{\"kind\":\"schema_version\",\"schema_version\":1}\n";

    @TempDir private Path directory;
    private Path temporary;
    private Path reference;
    private Path same;
    private Path other;

    @BeforeEach
    void writeLogs() throws IOException {
        temporary = Files.createDirectory(directory.resolve("temporary"));
        reference = log("reference.jsonl", 500, -1);
        same = log("same.jsonl", 500, -1);
        other = log("other.jsonl", 500, 321);
    }

    private Path log(String name, int count, int changed) throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        for (int i = 0; i < count; i++) {
            text.append(
                    "{\"tid\":1,\"tid_event_idx\":%d,\"kind\":\"x.call\",\"payload\":{\"name\":\"f\",\"v\":%d}}\n"
                            .formatted(i, i == changed ? -1 : i));
        }
        return Files.writeString(directory.resolve(name), text);
    }

    private Lockstep.Ended diff(Object... arguments) throws Exception {
        List<String> all =
                new ArrayList<>(List.of("diff", "events", "--temp-dir", temporary.toString()));
        Arrays.stream(arguments).map(Object::toString).forEach(all::add);
        Lockstep.Ended ended =
                new Lockstep(directory).in(directory).run(all.toArray(String[]::new));
        assertThat(temporary).isEmptyDirectory();
        return ended;
    }

    /** The same with the launcher in a line of bash. */
    private int bash(String line) throws Exception {
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                line.replace("lockstep", Lockstep.LAUNCHER.toString()))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("bash.txt").toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(temporary).isEmptyDirectory();
        return process.exitValue();
    }

    private String said() throws IOException {
        return Files.readString(directory.resolve("bash.txt"));
    }

    @Test
    void equalLogsMatch() throws Exception {
        assertThat(diff(reference, same).hasExitCode(0).out()).startsWith("MATCH");
    }

    @Test
    void theFirstDifferenceIsNamed() throws Exception {
        Lockstep.Ended ended = diff(reference, other).hasExitCode(1);
        assertThat(ended.out())
                .startsWith("DIVERGED")
                .contains("payload.v: reference=321 subject=-1", "> reference  [321] x.call f");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void packedLogsAndPipesAreRead() throws Exception {
        byte[] bytes = Files.readAllBytes(same);
        Path zstd = Files.write(directory.resolve("same.zst"), Zstd.compress(bytes, 3));
        Path gzip = directory.resolve("same.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
            out.write(bytes);
        }
        diff(zstd, gzip).hasExitCode(0);
        String command = "lockstep diff events --temp-dir temporary ";
        assertThat(bash(command + "<(cat reference.jsonl) <(cat same.zst)")).isZero();
        assertThat(bash("cat other.jsonl | " + command + "reference.jsonl /dev/stdin"))
                .isEqualTo(1);
        assertThat(bash(command + "/dev/stdin same.gz < reference.jsonl")).isZero();
    }

    @Test
    void aCutLogIsIncomplete() throws Exception {
        byte[] text = Files.readAllBytes(same);
        var packed = new ByteArrayOutputStream();
        packed.write(Zstd.compress(Arrays.copyOf(text, text.length / 2), 3));
        packed.write(Zstd.compress(Arrays.copyOfRange(text, text.length / 2, text.length), 3));
        Path cut =
                Files.write(
                        directory.resolve("cut.zst"),
                        Arrays.copyOf(packed.toByteArray(), packed.size() - 9));
        Files.writeString(
                directory.resolve("cut.jsonl"), Files.readString(same).substring(0, 20_000));
        Lockstep.Ended ended = diff(reference, directory.resolve("cut.jsonl")).hasExitCode(5);
        assertThat(ended.out()).startsWith("INCOMPLETE").contains("cut.jsonl is cut: line ");
        assertThat(diff(reference, cut).hasExitCode(5).out()).contains("cut.zst is cut: ");
    }

    @Test
    void nothingComparedIsVacuous() throws Exception {
        Path empty = log("empty.jsonl", 0, -1);
        assertThat(diff(empty, empty).hasExitCode(4).out()).startsWith("VACUOUS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "reference.jsonl                             | no SUBJECT given",
                "reference.jsonl missing.jsonl               | missing.jsonl: no such file",
                "reference.jsonl .                           | .: is a directory (expected: an",
                "reference.jsonl same.jsonl --profile nope   | unknown profile 'nope'",
                "reference.jsonl same.jsonl --without x      | --without: no rule x in profile def",
                "reference.jsonl same.jsonl --tid-map 9=1    | reference.jsonl: no thread 9 (expe",
                "reference.jsonl same.jsonl --tid-map x      | --tid-map: bad token 'x' (expected"
                        + " reference=sub",
                "reference.jsonl same.jsonl --regions 100001 | --regions: 100001 (expected: 0 to",
                "reference.jsonl same.jsonl --report pdf:x   | unknown format 'pdf'",
                "reference.jsonl same.jsonl --out x          | --out: an option of --compat xenia",
                "reference.jsonl same.jsonl --tid-map 1=1,1=2 | thread 1 of the reference is there",
                "reference.jsonl same.jsonl --tid-map 1=5,2=5 | thread 5 of the subject is there",
                "reference.jsonl same.jsonl --absorbed ./same.jsonl | same.jsonl: is compared"
                        + " itself",
                "reference.jsonl same.jsonl --report json:reference.jsonl | is compared itself",
                "--compat xenia same.jsonl --canary a --ours b | 'same.jsonl': beside --canary",
                "--compat xenia a b --absorbed c --emit-absorbed-events d | --absorbed: beside",
                "reference.jsonl same.jsonl --compat other   | --compat: 'other' (expected: xenia)",
                "reference.jsonl same.jsonl --absorbed no/x  | no/x: cannot be written",
            })
    void whatCannotBeUsedEndsWithTwoAndOneMessage(String arguments, String message)
            throws Exception {
        Lockstep.Ended ended = diff((Object[]) arguments.split(" ")).hasExitCode(2);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err()).contains(message).doesNotContain("at dev.lockstep");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json", "markdown", "html"})
    void everyReportTellsTheFirstDifference(String format) throws Exception {
        Path report = directory.resolve("report");
        diff(reference, other, "--report", format + ":" + report).hasExitCode(1);
        assertThat(report).content().contains("DIVERGED", "payload.v: reference=321 subject=-1");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).noneMatch(it -> it.toString().endsWith(".part"));
        }
    }

    @Test
    void whatIsAbsorbedIsWrittenDown() throws Exception {
        Path rules =
                Files.writeString(
                        directory.resolve("rules.yaml"),
                        "event_profile: p\nabsorb: {name: a, reason: y, extra: poll}\n");
        Path more = directory.resolve("more.jsonl");
        Files.writeString(
                more,
                Files.readString(same) + "{\"tid\":1,\"tid_event_idx\":500,\"kind\":\"poll\"}\n");
        Path absorbed = directory.resolve("absorbed.jsonl");
        diff(reference, more, "--profile", rules, "--absorbed", absorbed).hasExitCode(0);
        assertThat(absorbed)
                .hasContent(
                        "{\"absorber\": \"a\", \"event\": {\"kind\": \"poll\", \"tid\": 1,"
                                + " \"tid_event_idx\": 500}, \"matched_at\": 500,"
                                + " \"reference_tid\": 1, \"side\": \"subject\", \"subject_tid\":"
                                + " 1}");
        diff(reference, more, "--profile", rules, "--without", "a").hasExitCode(1);
    }

    @Test
    void aFullDiskIsTheUsersMatterAndSaidSo() throws Exception {
        // 1 MiB is the most that a file may have then, as on a full disk.
        String command = "ulimit -f 1024; lockstep diff events --temp-dir temporary ";
        assertThat(bash(command + "reference.jsonl same.jsonl")).as(said()).isEqualTo(2);
        assertThat(said())
                .contains("temporary: no room for a temporary file: ")
                .contains("$TMPDIR names another directory, as does --temp-dir");
    }

    @Test
    void aTemporaryDirectoryThatIsNotThereIsNamed() throws Exception {
        String command = "lockstep diff events reference.jsonl same.jsonl --temp-dir no";
        assertThat(bash(command)).isEqualTo(2);
        assertThat(said()).startsWith("error: no: no room for a temporary file: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "KILL"})
    void nothingIsLeftWhenItIsKilled(String signal) throws Exception {
        Path pipe = directory.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        Lockstep.Started started =
                new Lockstep(directory)
                        .in(directory)
                        .start(
                                "diff",
                                "events",
                                "--temp-dir",
                                temporary.toString(),
                                "--report",
                                "json:report.json",
                                "--absorbed",
                                "absorbed.jsonl",
                                reference.toString(),
                                pipe.toString());
        try (var out = Files.newOutputStream(pipe)) {
            out.write(HEADER.getBytes(StandardCharsets.UTF_8));
            out.flush();
            waitForTemporaryFiles(started.process().pid());
            List<Path> before = files();
            Lockstep.send(signal, -started.process().pid());
            assertThat(started.process().waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(files()).isEqualTo(before);
        }
        assertThat(temporary).isEmptyDirectory();
        assertThat(files()).noneMatch(it -> it.toString().matches(".*(part|report|absorbed).*"));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }

    @Test
    void aLogThatWasNamedForOutputKeepsItsContent() throws Exception {
        String content = Files.readString(same);
        diff(reference, same, "--absorbed", same).hasExitCode(2);
        diff(reference, same, "--compat", "xenia", "--out", same).hasExitCode(1);
        assertThat(same).hasContent(content);
    }

    @Test
    void asManyRegionsAreShownAsWereAskedFor() throws Exception {
        StringBuilder text = new StringBuilder(Files.readString(same));
        for (int i = 10; i < 300; i += 20) {
            String value = "\"v\":%d}}".formatted(i);
            int at = text.indexOf(value);
            text.replace(at, at + value.length(), "\"v\":-1}}");
        }
        Path many = Files.writeString(directory.resolve("many.jsonl"), text);
        assertThat(diff(reference, many, "--regions", 50).hasExitCode(1).out())
                .contains("15 regions differ:")
                .contains("payload.v: reference=290 subject=-1");
        assertThat(diff(reference, other).out()).contains("1 region differs:");
    }

    /** An index of each log, the copy of what comes through a pipe, and what is absorbed. */
    private static void waitForTemporaryFiles(long processId) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (temporaryFileCount(processId) < 4) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private static long temporaryFileCount(long processId) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/%d/fd".formatted(processId)))) {
            return files.filter(DiffEventsIT::isTemporary).count();
        }
    }

    private static boolean isTemporary(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.contains("/temporary/lockstep-") && target.endsWith(" (deleted)");
        } catch (IOException e) {
            return false; // Closed meanwhile.
        }
    }

    @Test
    void aDifferenceAtTheEndOfALongLogIsFound() throws Exception {
        Path left = log("left.jsonl", 100_000, -1);
        Path right = log("right.jsonl", 100_000, 99_999);
        assertThat(diff(left, right).hasExitCode(1).out()).contains("after 99,999 pairs");
    }
}
