package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

/** Folders of test programs, judged by how each ends and what it leaves. */
final class ConformanceIT {
    private static final Path BARE = Lockstep.PROGRAMS.resolve("bin/bare");

    @TempDir private Path home;
    private Path folder;

    @BeforeEach
    void makeAFolder() throws IOException {
        folder = Files.createDirectory(home.resolve("folder"));
    }

    private void add(String program, String name) throws IOException {
        Files.copy(BARE.resolve(program), folder.resolve(name));
    }

    private Lockstep.Ended conformance(String... words) throws Exception {
        Lockstep lockstep = new Lockstep(home);
        String[] all = new String[words.length + 2];
        all[0] = "conformance";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = folder.toString();
        Lockstep.Ended ended = lockstep.run(all);
        assertThat(lockstep.leftovers()).isEmpty();
        return ended;
    }

    @Test
    void aProgramPassesThatEndsWithZeroAndLeavesTheSignatureThatIsExpected() throws Exception {
        add("hello", "hello");
        add("traps", "traps");
        Path signature = folder.resolve("traps.reference_output");
        new Lockstep(home)
                .run("engine", "recomp", "--signature", "" + signature, "bin/bare/traps")
                .hasExitCode(0);
        Files.writeString(folder.resolve("notes.txt"), "no program");

        Lockstep.Ended ended = conformance().hasExitCode(0);
        assertThat(ended.out())
                .containsPattern("(?m)^PASS +hello +179 steps")
                .containsPattern("(?m)^PASS +traps +\\d+ steps")
                .endsWith("2 programs: 2 passed, 0 failed, 0 refused\n");
        assertThat(ended.out()).doesNotContain("Hello").doesNotContain("notes.txt");
    }

    @Test
    void everythingElseIsToldWithItsReasonAndInJUnitsXml() throws Exception {
        add("echo", "ends-with-7");
        add("traps", "wrong-signature");
        Files.writeString(folder.resolve("wrong-signature.reference_output"), "00000000\n");
        Files.copy(Path.of("/bin/true"), folder.resolve("x86"));
        Path junit = home.resolve("result.xml");

        Lockstep.Ended ended = conformance("--junit", junit.toString()).hasExitCode(1);
        assertThat(ended.out())
                .containsPattern(
                        "(?m)^FAIL +ends-with-7 .* ended with exited 7 \\(expected: exited 0")
                .containsPattern(
                        "(?m)^FAIL +wrong-signature .* the signature of the reference is not that"
                                + " of wrong-signature.reference_output$")
                .containsPattern("(?m)^REFUSED +x86 .* machine: x86-64 \\(expected: RISC-V")
                .endsWith("3 programs: 0 passed, 2 failed, 1 refused\n");

        Element suite =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(junit.toFile())
                        .getDocumentElement();
        assertThat(List.of("tests", "failures", "errors").stream().map(suite::getAttribute))
                .containsExactly("3", "2", "1");
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(2);
        assertThat(suite.getElementsByTagName("system-out").item(1).getTextContent())
                .isEqualTo("all traps taken\n");
    }

    @Test
    void anEngineThatDiffersFailsTheProgramAtTheInstructionThatWentWrong() throws Exception {
        add("traps", "traps");
        Lockstep.Ended ended =
                conformance("--subject", "recomp --fault flip:0x1@step=150").hasExitCode(1);
        assertThat(ended.out())
                .containsPattern(
                        "(?m)^FAIL +traps .* DIVERGED: x28 of recomp at step 150: off by one, ");
    }

    @Test
    void anEngineThatLeavesNoSignatureFailsAProgramThatHasOne() throws Exception {
        add("traps", "traps");
        Files.writeString(folder.resolve("traps.reference_output"), "0000000b\n");
        String withoutSignature =
                "cmd:sh -c 'shift 2; exec %s engine recomp \"$@\"' sh".formatted(Lockstep.LAUNCHER);
        Lockstep.Ended ended =
                conformance("--reference", withoutSignature, "--include", "traps").hasExitCode(1);
        assertThat(ended.out())
                .containsPattern("(?m)^FAIL +traps .* the reference left no signature");
    }

    @Test
    void onlyProgramsWithAWantedNameAreRun() throws Exception {
        add("hello", "a-hello");
        add("echo", "b-echo");
        assertThat(conformance("--include", "a-*").hasExitCode(0).out())
                .contains("1 programs: 1 passed");
        assertThat(conformance("--include", "c-*").hasExitCode(2).err())
                .contains("has no ELF program that matches [c-*]");
    }

    @Test
    void aProgramThatDoesNotEndFails() throws Exception {
        Files.copy(Lockstep.PROGRAMS.resolve("bin/strain"), folder.resolve("strain"));
        Files.copy(Lockstep.PROGRAMS.resolve("bin/compute"), folder.resolve("compute"));
        assertThat(conformance("--max-time", "300ms").out())
                .containsPattern(
                        "(?m)^FAIL +compute .* INCOMPLETE: the limit of 300 ms was reached");
    }
}
