package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.conformance.PortableGuest.Look;
import dev.lockstep.conformance.PortableGuest.Program;
import dev.lockstep.interp.Interpreter;
import dev.lockstep.proto.v1.GuestState;
import dev.lockstep.recomp.Recompiler;
import dev.lockstep.recomp.Recompilers;
import dev.lockstep.riscv.InputSource;
import dev.lockstep.riscv.StateException;
import dev.lockstep.riscv.block.BlockReader;
import dev.lockstep.riscv.contract.ExecutorFactory;
import dev.lockstep.riscv.memory.GuestMemory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A guest whose state is taken to another engine goes on as if nothing had been: it asks the same
 * of the world at the same steps, and ends the same. A failure names its seed; {@code
 * -Dlockstep.seed=N} repeats it.
 */
final class PortableStateTest {
    private static final long SEED = Request.seed();

    /** Journeys of each program. */
    private static final int JOURNEYS = 3;

    /** Changes of engine in a journey at most. */
    private static final int CHANGES = 4;

    private static final int RARELY = 10;

    /** Steps between two changes are at most 2 to the power of this. */
    private static final int MAX_POWER = 17;

    private static final ExecutorFactory INTERP =
            (memory, hart, recording) ->
                    new Interpreter(memory, new BlockReader(memory, hart), hart, recording);

    private static final ExecutorFactory SINGLE_STEPS =
            (memory, hart, recording) ->
                    new Interpreter(
                            memory, BlockReader.ofSingleSteps(memory, hart), hart, recording);

    private static final List<ExecutorFactory> ENGINES =
            List.of(
                    INTERP,
                    (memory, hart, recording) ->
                            new Recompiler(memory, new BlockReader(memory, hart), hart, recording),
                    Recompilers::eager);

    /** A program that has run once, undisturbed. */
    private record Story(Program program, RecordedWorld world, Look end) {
        static Story of(List<String> words) {
            Program program = Program.of(words);
            RecordedWorld world = new RecordedWorld();
            try (var guest =
                    new PortableGuest(
                            program,
                            INTERP,
                            memory -> world.recording(new ScriptedWorld(memory)))) {
                guest.run(Long.MAX_VALUE);
                return new Story(program, world, guest.look());
            }
        }

        PortableGuest begin(ExecutorFactory engine) {
            return new PortableGuest(program, engine, _ -> world);
        }

        /** Takes a guest to another engine, and looks whether its state comes through. */
        PortableGuest change(PortableGuest guest, ExecutorFactory engine) {
            GuestState state = guest.state();
            var next = new PortableGuest(program, engine, _ -> world, state, guest.memory);
            assertThat(next.state()).isEqualTo(state);
            assertThat(next.state().toByteString()).isEqualTo(state.toByteString());
            assertThat(next.look()).isEqualTo(guest.look());
            return next;
        }
    }

    static Stream<List<String>> programs() {
        return Stream.of(
                List.of("state", "input/text.txt"),
                List.of("memory"),
                List.of("signals"),
                List.of("selfmod"),
                List.of("space"),
                List.of("plumbing"),
                List.of("tree"),
                List.of("emulate"),
                List.of("loops"),
                List.of("rounding"),
                List.of("readfile", "input/text.txt"),
                List.of("abort"),
                List.of("clock-random"),
                List.of("bare/hello"),
                List.of("bare/echo"),
                List.of("bare/traps"));
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aGuestThatChangesEnginesEndsAsIfItHadNot(List<String> words) {
        System.out.printf("%s: seed %d%n", words, SEED);
        Random random = new Random(SEED ^ words.hashCode());
        Story story = Story.of(words);
        for (int i = 0; i < JOURNEYS; i++) {
            travel(story, random);
        }
    }

    private static void travel(Story story, Random random) {
        List<Long> stops = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(CHANGES); i++) {
            stops.add(random.nextLong(story.end().steps()));
        }
        stops.sort(null);
        PortableGuest guest = story.begin(any(random));
        for (long stop : stops) {
            guest.run(stop);
            if (!guest.hasEnded()) {
                try (PortableGuest before = guest) {
                    guest = story.change(before, any(random));
                }
            }
        }
        try (PortableGuest last = guest) {
            last.run(Long.MAX_VALUE);
            assertThat(last.look()).as("after %s", stops).isEqualTo(story.end());
        }
    }

    private static ExecutorFactory any(Random random) {
        return ENGINES.get(random.nextInt(ENGINES.size()));
    }

    @Test
    void theStateOfAProcessCanBeTakenAtEveryInstruction() {
        Story story = Story.of(List.of("state", "input/text.txt"));
        try (PortableGuest guest = story.begin(SINGLE_STEPS)) {
            while (guest.hart.steps < story.end().steps()) {
                try (PortableGuest other = story.change(guest, atStep(guest.hart.steps))) {
                    other.run(Long.MAX_VALUE);
                    assertThat(other.look())
                            .as("from step %d", guest.hart.steps)
                            .isEqualTo(story.end());
                }
                guest.run(guest.hart.steps + 1);
            }
            assertThat(guest.look()).isEqualTo(story.end());
        }
    }

    static Stream<Arguments> programsWithFiles() {
        return Stream.of(
                Arguments.of(List.of("state", "input/text.txt"), "state"),
                Arguments.of(List.of("readfile", "input/text.txt"), "readfile"),
                Arguments.of(List.of("tree"), "tree"),
                Arguments.of(List.of("signals"), "signals"),
                Arguments.of(List.of("plumbing"), "plumbing"));
    }

    @ParameterizedTest
    @MethodSource("programsWithFiles")
    void aGuestFindsItsFilesAgainWhereverItGoesOn(List<String> words, String expected)
            throws Exception {
        System.out.printf("%s: seed %d%n", words, SEED);
        Random random = new Random(SEED ^ words.hashCode());
        Program program = Program.of(words);
        List<ScriptedWorld> worlds = new ArrayList<>();
        Function<GuestMemory, InputSource> host =
                memory -> {
                    worlds.add(new ScriptedWorld(memory));
                    return worlds.getLast();
                };
        var guest = new PortableGuest(program, any(random), host);
        while (!guest.hasEnded()) {
            guest.run(guest.hart.steps + 1 + random.nextInt(1 << random.nextInt(1, MAX_POWER)));
            if (!guest.hasEnded()) {
                guest = changeIfPossible(guest, program, any(random), host);
            }
        }
        guest.close();
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        worlds.forEach(world -> output.writeBytes(world.output()));
        assertThat(output.toByteArray())
                .isEqualTo(
                        Files.readAllBytes(
                                PortableGuest.PROGRAMS.resolve("expected/" + expected + ".out")));
    }

    /** A guest with pipes has to go on where it is. */
    private static PortableGuest changeIfPossible(
            PortableGuest guest,
            Program program,
            ExecutorFactory engine,
            Function<GuestMemory, InputSource> host)
            throws InterruptedException {
        GuestState state;
        try {
            state = guest.stateAndWorld();
        } catch (StateException e) {
            assertThat(e).hasMessageContaining("pipe:[");
            return guest;
        }
        try (guest) {
            var next = new PortableGuest(program, engine, host, state, guest.memory);
            assertThat(next.state()).isEqualTo(guest.state());
            return next;
        }
    }

    /** Returns the engine that is quick to start, but for now and then. */
    private static ExecutorFactory atStep(long step) {
        return step % RARELY == 0 ? ENGINES.get((int) (step / RARELY % ENGINES.size())) : INTERP;
    }
}
