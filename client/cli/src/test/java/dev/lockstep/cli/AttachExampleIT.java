package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The engines of engines/attach-example, in Python and in C, beside ours and beside each other. */
@Tag("third-party")
final class AttachExampleIT {
    private static final Path EXAMPLES = Lockstep.ROOT.resolve("engines/attach-example");
    private static final Path RECORDING = EXAMPLES.resolve("recordings/hello.txt");
    private static final Path X86 = EXAMPLES.resolve("recordings/x86.txt");
    private static final Path GOLDEN =
            Lockstep.ROOT.resolve("proto/src/main/proto/lockstep/v1/golden");
    private static final int DIVERGED = 1;
    private static final int INCOMPLETE = 5;
    private static final int ENDS_WITHIN_S = 30;

    @TempDir private static Path built;
    @TempDir private Path home;

    @BeforeAll
    static void compile() throws Exception {
        compile("replay.c", "replay");
        compile("test/golden.c", "golden");
    }

    private static void compile(String source, String program) throws Exception {
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
                                built.resolve(program).toString(),
                                EXAMPLES.resolve(source).toString())
                        .inheritIO()
                        .start();
        assertThat(compiler.waitFor()).as("cc %s", source).isZero();
    }

    /** Returns an engine that replays a recording, as one types it. */
    private static String engine(String language, Path recording) {
        return "cmd:%s %s".formatted(replay(language), recording);
    }

    private static Path replay(String language) {
        return language.equals("c") ? built.resolve("replay") : EXAMPLES.resolve("replay.py");
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

    @ParameterizedTest
    @CsvSource({"python, 8 golden frames sent", "c, 8 golden frames sent"})
    void whatIsSentIsTheGoldenFramesAndDamagedOnesAreSurvived(String language, String result)
            throws Exception {
        Path program =
                language.equals("c") ? built.resolve("golden") : EXAMPLES.resolve("test/golden.py");

        assertThat(ended(program, GOLDEN.toString()).hasExitCode(0).out()).startsWith(result);
    }

    @ParameterizedTest
    @CsvSource({"python, c, block", "c, python, strict"})
    void registersOfAnotherInstructionSetAreCompared(String reference, String subject, String grain)
            throws Exception {
        Lockstep.Ended ended =
                run(grain, engine(reference, X86), engine(subject, X86)).hasExitCode(0);

        assertThat(ended.err()).contains("registers strength", "12 register files");
    }

    @ParameterizedTest
    @CsvSource({"python, c", "c, python"})
    void aChangedRegisterOfAnotherInstructionSetIsNamed(String reference, String subject)
            throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(X86));
        int last = lines.size() - 2;
        lines.set(last, lines.get(last).replaceFirst("\\w+$", "5eed"));
        Path changed = Files.write(home.resolve("changed"), lines);

        assertThat(
                        run("block", engine(reference, X86), engine(subject, changed))
                                .hasExitCode(DIVERGED)
                                .err())
                .contains("difference xmm0 of", "pc         0x401020", "subject    0x5eed");
    }

    @ParameterizedTest
    @CsvSource({"python", "c"})
    void registersOfOurEngineAreRecordedAndCompared(String language) throws Exception {
        Path recorded = home.resolve("recorded");
        String tap =
                "cmd:%s %s %s engine interp"
                        .formatted(EXAMPLES.resolve("record.py"), recorded, Lockstep.LAUNCHER);
        new Lockstep(home)
                .run(
                        "run",
                        "--grain",
                        "block",
                        "--strength",
                        "registers",
                        "--argv0",
                        "hello",
                        "--reference",
                        tap,
                        "bin/hello")
                .hasExitCode(0);

        assertThat(run("block", engine(language, recorded), "recomp").hasExitCode(0).err())
                .contains("registers strength", "register files", "6 inputs");
    }

    @ParameterizedTest
    @CsvSource({"python", "c"})
    void aMissingRecordingIsNamed(String language) throws Exception {
        Lockstep.Ended ended = run("block", engine(language, home.resolve("none")), "recomp");

        assertThat(ended.hasExitCode(INCOMPLETE).err())
                .contains(home.resolve("none") + ": No such file or directory")
                .doesNotContain("Traceback");
    }

    @ParameterizedTest
    @CsvSource({
        "python, block 10x 0 1 0",
        "python, block 10",
        "python, block 10 0 -1 0",
        "python, write 0 0",
        "python, result 11111111111111111",
        "c, block 10x 0 1 0",
        "c, block 10",
        "c, block 10 0 -1 0",
        "c, write 0 0",
        "c, result 11111111111111111"
    })
    void aLineThatIsNoneIsNamed(String language, String line) throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(RECORDING));
        int at = lines.size() / 2;
        lines.set(at, line);
        Path changed = Files.write(home.resolve("changed"), lines);

        Lockstep.Ended ended = run("block", engine(language, changed), "recomp");
        assertThat(ended.hasExitCode(INCOMPLETE).err())
                .contains(changed + ":" + (at + 1) + ":")
                .doesNotContain("Traceback");
    }

    @ParameterizedTest
    @CsvSource({"python", "c"})
    void aMissingCoordinatorIsNamed(String language) throws Exception {
        Path socket = home.resolve("none");
        Lockstep.Ended ended = ended(replay(language), membership(RECORDING, socket));

        assertThat(ended.hasExitCode(1).err())
                .contains(socket + ": No such file or directory")
                .doesNotContain("Traceback");
    }

    @ParameterizedTest
    @CsvSource({"python", "c"})
    void aCoordinatorThatDiesWhileAnEngineTalksEndsItWithASentence(String language)
            throws Exception {
        Path socket = home.resolve("s");
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(socket));
            Process engine = start(replay(language), membership(RECORDING, socket));
            try (SocketChannel connection = listener.accept()) {
                connection.read(ByteBuffer.allocate(64));
                connection.write(ByteBuffer.wrap(frame("coordinator-welcome")));
                connection.read(ByteBuffer.allocate(1 << 10));
            }
            Lockstep.Ended ended = ended(engine);
            assertThat(ended.hasExitCode(1).err())
                    .contains(language.equals("c") ? "coordinator" : "replay.py: ")
                    .doesNotContain("Traceback", "runtime error", "AddressSanitizer");
        }
    }

    @Test
    void anEngineThatNeverConnectsEndsItsRecording() throws Exception {
        Path recorder = EXAMPLES.resolve("record.py");
        String tap = "cmd:%s %s /bin/false".formatted(recorder, home.resolve("recorded"));

        assertThat(run("block", tap, "recomp").hasExitCode(INCOMPLETE).err())
                .contains("/bin/false ended with status 1 and never connected")
                .doesNotContain("Traceback");
        assertThat(ended(recorder, "FILE", "/bin/false").hasExitCode(1).err())
                .startsWith("usage: record.py FILE ENGINE");
    }

    private static byte[] frame(String name) throws IOException {
        return HexFormat.of()
                .parseHex(Files.readString(GOLDEN.resolve(name + ".hex")).replace("\n", ""));
    }

    private static String[] membership(Path recording, Path socket) {
        return new String[] {
            recording.toString(),
            "--connect",
            socket.toString(),
            "--run",
            "r1",
            "--role",
            "reference",
            "--name",
            "one"
        };
    }

    private Lockstep.Ended ended(Path program, String... arguments) throws Exception {
        return ended(start(program, arguments));
    }

    private Process start(Path program, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(program.toString()));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words)
                .redirectOutput(home.resolve("out").toFile())
                .redirectError(home.resolve("err").toFile())
                .start();
    }

    private Lockstep.Ended ended(Process process) throws Exception {
        assertThat(process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS)).isTrue();
        return new Lockstep.Ended(
                process.exitValue(),
                Files.readString(home.resolve("out")),
                Files.readString(home.resolve("err")));
    }
}
