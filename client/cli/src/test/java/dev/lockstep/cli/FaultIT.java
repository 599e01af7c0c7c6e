package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.cli.code.GuestCode;
import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;
import dev.lockstep.isa.Op;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ProgramHeader;
import dev.lockstep.isa.elf.Symbol;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** A subject that goes wrong once, in the sieve of compute (docs/testing-faults.md). */
final class FaultIT {
    private static final int MATCH = 0;
    private static final int DIVERGED = 1;
    private static final int RECOVERED = 3;
    private static final String PROGRAM = "bin/compute";
    private static final String FUNCTION = "run_sieve";

    @TempDir private Path home;

    /** The store that crosses 9 out of the sieve; no other does. */
    private static final int STORE_OF_9 = 20_000;

    /** The store that crosses out 15. One byte more undoes 16, which no later prime crosses out. */
    private static final int STORE_OF_15 = 20_002;

    /** A kind of fault, and which execution of the first instruction that fits it is tried on. */
    record Wrong(String kind, Predicate<Instruction> fits, int execution) {
        @Override
        public String toString() {
            return kind;
        }
    }

    static Stream<Wrong> wrongs() {
        Predicate<Instruction> store = instruction -> instruction.op() == Op.SB;
        return Stream.of(
                new Wrong("flip:0x10", i -> i.op().writesX() && i.rd() != 0, 1),
                new Wrong("flip:0x1", store, STORE_OF_9),
                new Wrong("drop-store", store, STORE_OF_9),
                new Wrong("widen-store", store, STORE_OF_15),
                new Wrong("wrong-branch", i -> i.op().kind() == Kind.BRANCH, 1),
                new Wrong("skip", store, STORE_OF_9));
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void anAnnouncedFaultIsFoundAtItsInstruction(Wrong wrong) throws Exception {
        long pc = place(wrong);
        JsonReport report = runWith(wrong, pc, "announced");
        assertThat(report.disassembly()).singleElement().asString().startsWith(GuestCode.hex(pc));
        assertThat(report.text()).contains("\"symbol\": \"" + FUNCTION);
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void aSilentFaultIsFoundAtTheGuestsEndAtTheLatest(Wrong wrong) throws Exception {
        JsonReport report = runWith(wrong, place(wrong), "silent");
        assertThat(report.number("divergence_count")).isEqualTo(1);
    }

    @Test
    void aSubjectThatIsGivenTheReferencesStateRecoversAndCountsOn() throws Exception {
        Path report = home.resolve("report.json");
        // How far a program with a C library is by a step depends on where the program lies.
        String[] words = {"--subject", "recomp --fault flip:0x1@step=5000000", "bin/bench/mixed"};
        run(
                RECOVERED,
                words,
                "--on-divergence",
                "resync",
                "--window",
                "4096",
                "--report",
                "json:" + report);

        JsonReport told = JsonReport.read(report);
        List<Long> blocks = told.numbers("blocks"); // Compared, the reference's, the subject's.
        assertThat(told.number("divergence_count")).isEqualTo(1);
        assertThat(blocks.get(2)).isPositive().isEqualTo(blocks.get(1));
    }

    @Test
    void aFaultInAPositionIndependentProgramIsShownInItsCode() throws Exception {
        String subject = "recomp --fault flip:0x1@step=2000";
        Lockstep lockstep = new Lockstep(home);
        Lockstep.Ended ended = lockstep.run("run", "--subject", subject, "bin/hello-pie");
        ended.hasExitCode(DIVERGED);
        String difference = ended.err().substring(ended.err().indexOf("difference"));
        assertThat(difference).containsPattern("code +0x7d[0-9a-f]{6} <[a-z_]+.*>  [a-z]");
        assertThat(lockstep.run("runs", "show", "1").out()).contains(difference);
    }

    /** 15 is crossed out once more, by 5, so that memory is soon what it should be. */
    @Test
    void aFaultThatHealsIsRecoveredWhenTrackedAndUnseenBeforeTheWindow() throws Exception {
        Wrong healing = new Wrong("drop-store", i -> i.op() == Op.SB, STORE_OF_15);
        String fault = "drop-store@pc=0x%x,n=%d".formatted(place(healing), STORE_OF_15);
        String[] words = {"--subject", "recomp --fault " + fault, PROGRAM, "1"};

        assertThat(run(RECOVERED, words, "--on-divergence", "track").err())
                .contains("RECOVERED  bin/compute", "memory of recomp", ": dropped store");
        assertThat(run(DIVERGED, words, "--on-divergence", "stop").err())
                .contains("DIVERGED  bin/compute", "memory of recomp", ": dropped store");
        assertThat(run(MATCH, words, "--from-pc", "run_crc32").err())
                .contains("fault drop-store", "MATCH  bin/compute")
                .doesNotContain("difference");
    }

    private Lockstep.Ended run(int exitCode, String[] words, String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(List.of(options));
        all.addAll(List.of(words));
        return new Lockstep(home).run(all.toArray(String[]::new)).hasExitCode(exitCode);
    }

    private JsonReport runWith(Wrong wrong, long pc, String family) throws Exception {
        String fault = "%s@pc=0x%x,n=%d,%s".formatted(wrong.kind, pc, wrong.execution, family);
        Path report = home.resolve("report.json");
        Lockstep.Ended ended =
                new Lockstep(home)
                        .run(
                                "run",
                                "--subject",
                                "recomp --fault " + fault,
                                "--report",
                                "json:" + report,
                                PROGRAM,
                                "1")
                        .hasExitCode(DIVERGED);
        assertThat(ended.err()).contains("DIVERGED  bin/compute", "difference");
        return JsonReport.read(report);
    }

    /** Returns the address of the first instruction of the function that the fault applies to. */
    private static long place(Wrong wrong) throws IOException {
        byte[] content = Files.readAllBytes(Lockstep.PROGRAMS.resolve(PROGRAM));
        ElfFile elf = ElfFile.parse(PROGRAM, ByteBuffer.wrap(content));
        Symbol function = elf.readSymbols().find(FUNCTION).orElseThrow();
        ProgramHeader segment =
                elf.programHeaders().stream()
                        .filter(header -> header.type() == ProgramHeader.LOAD)
                        .filter(header -> (header.flags() & ProgramHeader.EXECUTE) != 0)
                        .findFirst()
                        .orElseThrow();
        ByteBuffer code = elf.content(segment);
        for (long pc = function.address(); pc < function.address() + function.size(); ) {
            Instruction instruction = Decoder.decode(code.getInt((int) (pc - segment.address())));
            if (wrong.fits.test(instruction)) {
                return pc;
            }
            pc += instruction.length();
        }
        throw new AssertionError(FUNCTION + " has no place for " + wrong);
    }
}
