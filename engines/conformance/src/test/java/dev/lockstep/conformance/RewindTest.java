package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.conformance.RewindableGuest.Look;
import dev.lockstep.conformance.RewindableGuest.Moment;
import dev.lockstep.interp.Interpreter;
import dev.lockstep.recomp.Recompiler;
import dev.lockstep.recomp.Recompilers;
import dev.lockstep.riscv.GuestExit;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.contract.ExecutorFactory;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Programs of ours that go back at random moments: what they do again is what they did, and the
 * world notices nothing of it. A failure names its seed; {@code -Dlockstep.seed=N} repeats it.
 */
final class RewindTest {
    private static final long SEED = Request.seed();

    /** As many moments are kept at a time. */
    private static final int MOMENTS = 5;

    /** Steps between two moments are at most 2 to the power of this. */
    private static final int MAX_POWER = 19;

    private static final Map<String, ExecutorFactory> ENGINES =
            Map.of(
                    "interp",
                    (memory, hart, recording) ->
                            new Interpreter(memory, new BlockReader(memory, hart), hart, recording),
                    "recomp",
                    (memory, hart, recording) ->
                            new Recompiler(memory, new BlockReader(memory, hart), hart, recording),
                    "recomp in regions",
                    Recompilers::eager);

    /**
     * @param expected name of what it writes, or empty
     */
    record Program(String name, List<String> arguments, String expected) {
        static Program of(String name, String... arguments) {
            return new Program(name, List.of(arguments), "expected/" + name + ".out");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Program> PROGRAMS =
            List.of(
                    Program.of("memory"),
                    Program.of("signals"),
                    Program.of("selfmod"),
                    Program.of("space"),
                    Program.of("plumbing"),
                    Program.of("tree"),
                    Program.of("emulate"),
                    Program.of("loops"),
                    Program.of("rounding"),
                    Program.of("readfile", "input/text.txt"),
                    Program.of("abort"),
                    new Program("clock-random", List.of(), ""),
                    new Program("bare/hello", List.of(), ""),
                    new Program("bare/echo", List.of(), ""),
                    new Program("bare/traps", List.of(), ""));

    static Stream<Arguments> programsOnEngines() {
        return ENGINES.keySet().stream()
                .sorted()
                .flatMap(engine -> PROGRAMS.stream().map(name -> Arguments.of(engine, name)));
    }

    @ParameterizedTest(name = "{1} on {0}")
    @MethodSource("programsOnEngines")
    void whatIsDoneAgainIsWhatWasDone(String engine, Program program) throws Exception {
        ExecutorFactory factory = ENGINES.getOrDefault(engine, Recompilers::eager);
        System.out.printf("%s on %s: seed %d%n", program, engine, SEED);
        try (var guest = new RewindableGuest(factory, program.name(), program.arguments())) {
            new Journey(guest, new Random(SEED)).travel();
            if (!program.expected().isEmpty()) {
                assertThat(guest.output())
                        .isEqualTo(
                                Files.readAllBytes(
                                        RewindableGuest.PROGRAMS.resolve(program.expected())));
            }
        }
    }

    /** A run to the end of a guest, with many returns. */
    private static final class Journey {
        private final RewindableGuest guest;
        private final Random random;
        private final List<Moment> moments = new ArrayList<>();

        Journey(RewindableGuest guest, Random random) {
            this.guest = guest;
            this.random = random;
        }

        void travel() {
            while (guest.exit().isEmpty()) {
                moments.add(guest.keep());
                guest.run(guest.steps() + random.nextInt(1 << random.nextInt(1, MAX_POWER)));
                boolean ended = guest.exit().isPresent();
                if (ended || random.nextInt(3) == 0) {
                    goBackAndForth();
                }
                if (moments.size() > MOMENTS) {
                    moments.removeFirst();
                    guest.forgetBefore(moments.getFirst());
                }
            }
        }

        private void goBackAndForth() {
            Look present = guest.look();
            Optional<GuestExit> exit = guest.exit();
            int first = random.nextInt(moments.size());
            List<Moment> again = new ArrayList<>(moments.subList(first, moments.size()));
            guest.goBackTo(again.getFirst());
            moments.subList(first + 1, moments.size()).clear();
            assertThat(guest.look()).isEqualTo(again.removeFirst().look());
            for (Moment moment : again) {
                guest.run(moment.look().steps());
                assertThat(guest.look()).isEqualTo(moment.look());
                moments.add(guest.keep());
            }
            guest.run(present.steps());
            assertThat(guest.look()).isEqualTo(present);
            assertThat(guest.exit()).isEqualTo(exit);
        }
    }
}
