package dev.lockstep.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Opinions on the sequences of one seed, batch by batch. */
final class Study {
    private final long seed;
    private final SequenceGenerator generator;
    private final Engines engines = new Engines();
    private final List<Opinion> opinions = new ArrayList<>();
    private final Coverage coverage = new Coverage();
    private long cases;
    private long blocksInRegions;

    /**
     * @param recorded whether our engines report what each block did, and are compared by that too
     */
    Study(long seed, Vocabulary vocabulary, boolean recorded) {
        this.seed = seed;
        generator = new SequenceGenerator(vocabulary);
        opinions.addAll(engines.opinions(recorded));
    }

    /** Asks somebody else too, whose opinion stands first. */
    Study with(Opinion other) {
        opinions.addFirst(other);
        return this;
    }

    /** Executes at least so many cases, and returns the differences in the first batch with any. */
    List<String> cases(long count) throws IOException, InterruptedException {
        List<String> differences = List.of();
        for (long first = 0; cases < count && differences.isEmpty(); ) {
            differences = sequences(first, Layout.MAX_SEQUENCES);
            first += Layout.MAX_SEQUENCES;
        }
        return differences;
    }

    /** Returns the differences in some sequences of one batch. */
    List<String> sequences(long first, int count) throws IOException, InterruptedException {
        var program = new CaseProgram(seed, generator, first, count);
        var outcomes = new ArrayList<Outcome>();
        for (Opinion opinion : opinions) {
            outcomes.add(opinion.on(program));
        }
        coverage.add(program, engines.visits());
        blocksInRegions += engines.blocksInRegions();
        cases += program.caseCount();
        return new Comparison(program, outcomes).differences();
    }

    Coverage coverage() {
        return coverage;
    }

    long blocksInRegions() {
        return blocksInRegions;
    }

    long cases() {
        return cases;
    }

    /** Returns the figures, for whoever reads the output of the tests. */
    String summary() {
        return "seed %d: %d cases of %d sequences, %d instructions executed; least often: %s"
                .formatted(
                        seed,
                        cases,
                        cases / CaseProgram.STATES,
                        coverage.instructions(),
                        String.join(", ", coverage.rarest()));
    }
}
