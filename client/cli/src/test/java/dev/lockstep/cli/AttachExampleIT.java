package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The engines of engines/attach-example, in Python and in C, beside ours and beside each other. */
@Tag("third-party")
final class AttachExampleIT {
    private static final Path EXAMPLES = Lockstep.ROOT.resolve("engines/attach-example");
    private static final Path RECORDING = EXAMPLES.resolve("recordings/hello.txt");
    private static final int DIVERGED = 1;
    private static final int INCOMPLETE = 5;

    @TempDir private static Path built;
    @TempDir private Path home;

    @BeforeAll
    static void compile() throws Exception {
        Process compiler =
                new ProcessBuilder(
                                "cc",
                                "-std=c99",
                                "-Wall",
                                "-Wextra",
                                "-Wpedantic",
                                "-Werror",
                                "-fsanitize=address,undefined",
                                "-o",
                                built.resolve("replay").toString(),
                                EXAMPLES.resolve("replay.c").toString())
                        .inheritIO()
                        .start();
        assertThat(compiler.waitFor()).as("cc").isZero();
    }

    /** Returns an engine that replays a recording, as one types it. */
    private static String engine(String language, Path recording) {
        Path program =
                language.equals("c") ? built.resolve("replay") : EXAMPLES.resolve("replay.py");
        return "cmd:%s %s".formatted(program, recording);
    }

    private Lockstep.Ended run(String grain, String reference, String subject) throws Exception {
        List<String> words = new ArrayList<>(List.of("run", "--grain", grain, "--argv0", "hello"));
        words.addAll(List.of("--reference", reference, "--subject", subject, "bin/hello"));
        return new Lockstep(home).run(words.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"python, block", "python, strict", "c, block", "c, strict"})
    void aReplayIsTheReferenceOfOurEngine(String language, String grain) throws Exception {
        Lockstep.Ended ended = run(grain, engine(language, RECORDING), "recomp").hasExitCode(0);

        assertThat(ended.err()).contains("MATCH  bin/hello", "full strength", "1 memory image");
    }

    @ParameterizedTest
    @CsvSource({"python, c, block", "c, python, strict"})
    void replaysAgreeWithEachOther(String reference, String subject, String grain)
            throws Exception {
        run(grain, engine(reference, RECORDING), engine(subject, RECORDING)).hasExitCode(0);
    }

    @ParameterizedTest
    @CsvSource({"python", "c"})
    void aChangedBlockIsFound(String language) throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(RECORDING));
        int last = lines.size() - 2; // The end comes behind it.
        lines.set(last, lines.get(last).replaceFirst("^(block \\w+) \\w+", "$1 1234"));
        Path changed = Files.write(home.resolve("changed"), lines);

        assertThat(run("block", engine(language, changed), "recomp").hasExitCode(DIVERGED).err())
                .contains("DIVERGED  bin/hello", "digest");
    }

    @ParameterizedTest
    @CsvSource({"python", "c"})
    void aRecordingWithoutAnEndLeavesTheRunIncomplete(String language) throws Exception {
        List<String> lines = Files.readAllLines(RECORDING);
        Path cut = Files.write(home.resolve("cut"), lines.subList(0, lines.size() - 1));

        run("block", engine(language, cut), "recomp").hasExitCode(INCOMPLETE);
    }

    @Test
    void anEngineIsRecordedAsItIsReplayed() throws Exception {
        Path recorded = home.resolve("recorded");
        String tap =
                "cmd:%s %s %s engine interp"
                        .formatted(EXAMPLES.resolve("record.py"), recorded, Lockstep.LAUNCHER);
        run("block", tap, "recomp").hasExitCode(0);

        assertThat(Files.readAllLines(recorded))
                .filteredOn(line -> line.startsWith("block "))
                .hasSizeGreaterThan(1000);
        run("block", engine("python", recorded), "recomp").hasExitCode(0);
    }
}
