package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.isa.elf.ElfFile;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** C programs compiled on the spot, held against qemu-riscv64. */
@Tag("third-party")
final class QemuIT {
    private static final int SIGNALED = 128;
    private static final Pattern STEP =
            Pattern.compile("^Trace .*?/([0-9a-f]{16})/", Pattern.MULTILINE);
    private static final Pattern REGISTER = Pattern.compile("x([0-9]+)/\\S+ +([0-9a-f]{16})");

    @TempDir private Path home;
    private Qemu qemu;

    @BeforeEach
    void prepare() {
        qemu = new Qemu(home);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "numbers", "status", "counters"})
    void aCompiledProgramEndsLikeUnderQemu(String source) throws Exception {
        assertSameAsQemu(qemu.compile(source), "one", "two words");
    }

    private void assertSameAsQemu(Path program, String... arguments) throws Exception {
        Path report = home.resolve("report.json");
        Process process = qemu.start(List.of(), program, arguments);
        String expected =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        List<String> command =
                new ArrayList<>(List.of("run", "--report", "json:" + report, program.toString()));
        command.addAll(List.of(arguments));

        Lockstep.Ended ended =
                new Lockstep(home)
                        .withAllCompilers()
                        .run(command.toArray(String[]::new))
                        .hasExitCode(0);

        assertThat(ended.out()).isEqualTo(expected);
        String end = end(process.waitFor());
        assertThat(JsonReport.read(report).ends()).containsExactly(end, end);
    }

    private static String end(int status) {
        return status < SIGNALED ? "exited " + status : "signaled " + (status - SIGNALED);
    }

    @ParameterizedTest
    @CsvSource({"64M, hello-pie", "3G, hello-pie", "4G, space"})
    void aGuestFindsTheMemoryItIsGivenAsUnderQemu(String size, String name) throws Exception {
        Path program = Lockstep.PROGRAMS.resolve("bin").resolve(name);
        Process process = qemu.start(List.of("-R", size), program);
        String expected =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

        Lockstep.Ended ended =
                new Lockstep(home).run("run", "--memory", size, program.toString()).hasExitCode(0);

        assertThat(ended.out()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "signal-calls",
                "signal-frame",
                "poll-calls",
                "event-calls",
                "process-calls"
            })
    void callsAnswerAndHandlersRunAsUnderQemu(String source) throws Exception {
        assertSameAsQemu(qemu.compile(source));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void aSignalEndsTheGuestWhereItDoesUnderQemu(int mode) throws Exception {
        assertSameAsQemu(qemu.compile("signal-end"), String.valueOf(mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    void theWayToMainIsThatOfQemu(String engine) throws Exception {
        Path program = qemu.compile("text");
        String main = "%016x".formatted(addressOfMain(program));
        Path trace = home.resolve("trace.txt");
        new Lockstep(home)
                .withAllCompilers()
                .run("engine", engine, "--trace-blocks", trace.toString(), program.toString())
                .hasExitCode(0);

        List<String> ours = new ArrayList<>();
        String registers = "";
        for (String block : Files.readAllLines(trace)) {
            String[] halves = block.split("\\| *");
            List<String> steps = List.of(halves[0].strip().split(" "));
            if (steps.contains(main)) {
                assertThat(steps.getFirst()).as("a call starts a block").isEqualTo(main);
                registers = halves[1];
                break;
            }
            ours.addAll(steps);
        }
        assertThat(ours).isEqualTo(stepsOfQemu(program, main));
        assertThat(registers).isEqualTo(registersOfQemu(program, main));
    }

    private List<String> stepsOfQemu(Path program, String main) throws Exception {
        return STEP.matcher(log(program, "-singlestep", "-d", "exec,nochain"))
                .results()
                .map(step -> step.group(1))
                .takeWhile(pc -> !pc.equals(main))
                .toList();
    }

    private String registersOfQemu(Path program, String main) throws Exception {
        String filter = "0x" + main + "+1";
        String log = log(program, "-singlestep", "-d", "cpu,nochain", "-dfilter", filter);
        return String.join(
                " ",
                REGISTER.matcher(log)
                        .results()
                        .skip(1)
                        .limit(31)
                        .map((MatchResult register) -> register.group(2))
                        .toList());
    }

    private String log(Path program, String... options) throws Exception {
        Path log = home.resolve("qemu.log");
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-D", log.toString()));
        Process process = qemu.start(all, program);
        process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return Files.readString(log);
    }

    private static long addressOfMain(Path program) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(program));
        return ElfFile.parse("program", content).readSymbols().find("main").orElseThrow().address();
    }
}
