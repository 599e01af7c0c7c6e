package dev.lockstep.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/** The launcher script, started as a person would. */
class LauncherIT {
    private static final Path LAUNCHER = SourceTree.ROOT.resolve("lockstep");
    private static final Path JARS = SourceTree.ROOT.resolve("client/cli/target/lib");

    /** The first two signals in a mask of the kernel. */
    private static final long HANG_UP_AND_INTERRUPT = 0b11;

    @TempDir Path folder;

    private record Ended(int exitCode, String output, String errors) {}

    @Test
    void startsThroughASymbolicLinkInAFolderWithSpaces() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("a folder"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("my lockstep"), LAUNCHER);

        Ended ended = start(elsewhere, Map.of(), link.toString(), "--version");
        Files.delete(link);

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.output()).contains("lockstep");
        assertThat(ended.errors()).isEmpty();
    }

    @Test
    void refusesAJavaThatIsNotOfVersion25() throws Exception {
        Ended ended = start(folder, Map.of("LOCKSTEP_JAVA", "/no/such/jdk"), LAUNCHER.toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.errors()).contains("LOCKSTEP_JAVA", "/no/such/jdk", "JDK 25");
    }

    @ParameterizedTest
    @MethodSource
    void knowsEveryCommandOfTheReadme(String verb) throws Exception {
        Ended ended = start(folder, Map.of(), LAUNCHER.toString(), verb, "--help");

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.output()).contains("lockstep " + verb);
    }

    static Stream<String> knowsEveryCommandOfTheReadme() {
        return TidyTest.readmeCommands().stream()
                .filter(command -> command.startsWith("./lockstep "))
                .map(command -> command.split(" ")[1])
                .distinct();
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    void startsAnEngineByItself(String engine) throws Exception {
        Ended ended = start(folder, Map.of(), LAUNCHER.toString(), "engine", engine, "--help");

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.output()).contains("PROGRAM");
    }

    @ParameterizedTest
    @CsvSource({"engine, 3", "run, 0", "serve, 0"})
    void makesOnlyTheEnginesOfARunDeafToTheTerminal(String verb, int ignored) throws Exception {
        Path jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
        Path java = jdk.resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\ngrep SigIgn /proc/$$/status\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();

        Map<String, String> environment =
                Map.of("LOCKSTEP_JAVA", jdk.toString(), "LOCKSTEP_RUN", "r1");
        String[] command = {
            "env", "--default-signal=HUP,INT", LAUNCHER.toString(), verb, "interp", "--help"
        };
        Ended ended = start(folder, environment, command);

        String mask = ended.output().strip().replaceFirst("SigIgn:\\s*", "");
        assertThat(Long.parseUnsignedLong(mask, 16) & HANG_UP_AND_INTERRUPT).isEqualTo(ignored);
    }

    @Test
    void leavesAClosedStandardInputUnreadable() throws Exception {
        Ended ended = inShell("\"$0\" engine interp \"$1/readfile\" <&-");

        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.errors()).contains("error 9");
    }

    @Test
    void writesToAPipeThatWasOpenedForAppending() throws Exception {
        Ended ended = inShell("\"$0\" engine interp \"$1/hello\" >>/proc/self/fd/1 | cat");

        assertThat(ended.output()).as(ended.errors()).isNotEmpty();
    }

    @Test
    void givesArgumentsAsTheyAreInEveryLocale() throws Exception {
        Path file = folder.resolve("f");
        Files.writeString(file, "one line\n");

        String read = "LC_ALL=C \"$0\" engine interp \"$1/readfile\" $'\\xc3\\xa9' </dev/null";
        Ended ended = inShell("cd \"$2\" && mv f $'\\xc3\\xa9' && " + read);

        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        assertThat(ended.output()).contains("\u00e9");
    }

    /** Runs a line of bash; $0 is the launcher, $1 the folder of guest programs, $2 one to use. */
    private Ended inShell(String line) throws Exception {
        String programs = SourceTree.ROOT.resolve("engines/programs/bin").toString();
        return start(
                folder,
                Map.of(),
                "bash",
                "-c",
                line,
                LAUNCHER.toString(),
                programs,
                folder.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"interp", "recomp"})
    void givesAnEngineNeitherTheServerNorTheOtherEngine(String engine) {
        assertThat(classPath("lockstep-" + engine))
                .anyMatch(jar -> jar.startsWith("lockstep-riscv-"))
                .noneMatch(jar -> jar.matches("(lockstep-(server|cli|interp|recomp)|netty).*"));
    }

    private static List<String> classPath(String artifact) {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(JARS, artifact + "-*.jar");
                JarFile jar = new JarFile(jars.iterator().next().toFile())) {
            Attributes manifest = jar.getManifest().getMainAttributes();
            return List.of(manifest.getValue(Attributes.Name.CLASS_PATH).split(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Ended start(Path workingFolder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(workingFolder.toFile())
                        .redirectOutput(output.toFile())
                        .redirectError(errors.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended in time").isTrue();
        return new Ended(process.exitValue(), text(output), text(errors));
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
