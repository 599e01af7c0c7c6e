package dev.lockstep.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.recomp.Recompilers;
import dev.lockstep.riscv.Executor;
import dev.lockstep.riscv.Recording;
import dev.lockstep.riscv.Stop;
import dev.lockstep.riscv.contract.ExecutorFactory;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** A wrong engine is found, wherever it is wrong. */
class WrongEngineTest {
    private static final long SEED = 4711;
    private static final int SEQUENCES = 4;

    /** From the end of a sequence back to where it saves x1. */
    private static final int EXIT_BYTES = 12;

    private final CaseProgram program =
            new CaseProgram(SEED, new SequenceGenerator(Vocabulary.whole()), 0, SEQUENCES);
    private final Sequence wronged = program.sequences().get(2);
    private final List<String> log = new ArrayList<>();

    private List<String> differencesWith(ExecutorFactory wrong, boolean recorded) {
        var opinions = new ArrayList<>(new Engines().opinions(recorded));
        opinions.add(new EngineOpinion("wrong", wrong, recorded));
        var outcomes = new ArrayList<Outcome>();
        for (Opinion opinion : opinions) {
            outcomes.add(((EngineOpinion) opinion).on(program));
        }
        return new Comparison(program, outcomes, WrongEngineTest.class).differences();
    }

    private ExecutorFactory faulty(String fault) {
        return (memory, hart, recording) ->
                Recompilers.faulty(memory, hart, recording, fault, log::add);
    }

    /** Where the wronged sequence stores x1, which happens once in each of its states. */
    private String placeOfStore(int state) {
        long pc = wronged.entry() + wronged.code().remaining() - EXIT_BYTES;
        return "@pc=0x%x,n=%d".formatted(pc, state + 1);
    }

    @Test
    void oneWrongBitIsReportedWithItsCaseAndAllValues() {
        List<String> differences = differencesWith(faulty("flip:0x10" + placeOfStore(3)), false);

        assertThat(log).hasSize(1);
        assertThat(differences).hasSize(1);
        assertThat(differences.getFirst())
                .startsWith("sequence 2, state 3; repeat with -Dtest=WrongEngineTest")
                .contains(" -Dlockstep.seed=4711 ")
                .contains(" -Dlockstep.sequence=2\n")
                .contains(" sd ra,1024(")
                .containsPattern("\nx1: before 0x\\w+, interp 0x\\w+, .*, wrong 0x\\w+\n$");
    }

    @Test
    void aBlockThatIsReportedWronglyIsFoundThoughTheStatesAgree() {
        ExecutorFactory wrong =
                (memory, hart, recording) -> {
                    if (recording.batch() != null) {
                        recording.batch().add(Layout.CODE, 0, 1, 0);
                    }
                    return Recompilers.eager(memory, hart, recording);
                };

        assertThat(differencesWith(wrong, false)).isEmpty();
        assertThat(differencesWith(wrong, true)).singleElement().asString().startsWith("block 0:");
    }

    @Test
    void anEngineThatReportsNoBlocksIsFoundThoughTheStatesAgree() {
        ExecutorFactory silent =
                (memory, hart, recording) -> Recompilers.eager(memory, hart, Recording.FREE);

        assertThat(differencesWith(silent, true))
                .singleElement()
                .asString()
                .startsWith("block 0:")
                .contains("wrong (none)");
    }

    @Test
    void anEngineThatStopsEarlyIsReported() {
        assertThat(differencesWith((memory, hart, recording) -> new Stuck(), false).getFirst())
                .startsWith("wrong ended: TRAP at 0x10000");
    }

    private static final class Stuck implements Executor {
        @Override
        public Stop run(long stepLimit) {
            return Stop.TRAP;
        }

        @Override
        public void invalidate(long address, long length) {}
    }
}
