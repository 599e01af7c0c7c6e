package dev.lockstep.conformance;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Opinions on the sequences of one seed, batch by batch. */
final class Study {
    /** Of 32 states few come before a sequence is hot, so that more than this is in regions. */
    static final double MOSTLY = 0.5;

    private final Class<?> test;
    private final long seed;
    private final SequenceGenerator generator;
    private final Engines engines = new Engines();
    private final List<Opinion> opinions = new ArrayList<>();
    private final Coverage coverage = new Coverage();
    private long cases;
    private long sequenceBlocks;
    private long sequenceBlocksInRegions;

    /**
     * @param test who asks, to be told how to repeat it
     * @param recorded whether our engines report what each block did, and are compared by that too
     */
    Study(Class<?> test, long seed, Vocabulary vocabulary, boolean recorded) {
        this.test = test;
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
        announce(first);
        var program = new CaseProgram(seed, generator, first, count);
        var outcomes = new ArrayList<Outcome>();
        for (Opinion opinion : opinions) {
            outcomes.add(opinion.on(program));
        }
        coverage.add(program, engines.visits());
        sequenceBlocks += engines.visits().sequenceBlocks();
        sequenceBlocksInRegions += engines.sequenceBlocksInRegions();
        cases += program.caseCount();
        return new Comparison(program, outcomes, test).differences();
    }

    /** Says the seed beforehand: a virtual machine that crashes says nothing afterwards. */
    private void announce(long firstSequence) {
        System.out.println(
                "-Dtest=%s -Dlockstep.seed=%d: batch %d, from sequence %d"
                        .formatted(
                                test.getSimpleName(),
                                seed,
                                firstSequence / Layout.MAX_SEQUENCES,
                                firstSequence));
    }

    Coverage coverage() {
        return coverage;
    }

    /** Returns the part of the sequences' blocks that was executed in regions, at least. */
    double partInRegions() {
        return (double) sequenceBlocksInRegions / sequenceBlocks;
    }

    /** Returns the figures, for whoever reads the output of the tests. */
    String summary() {
        return ("seed %d: %d cases of %d sequences, %d instructions executed, %.0f %% of blocks in"
                        + " regions; least often: %s")
                .formatted(
                        seed,
                        cases,
                        cases / CaseProgram.STATES,
                        coverage.instructions(),
                        100 * partInRegions(),
                        String.join(", ", coverage.rarest()));
    }
}
