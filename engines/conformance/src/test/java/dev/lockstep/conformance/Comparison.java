package dev.lockstep.conformance;

import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.protocol.RecordLayout;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Finds the cases on which opinions differ, and says all that is needed to see why. */
final class Comparison {
    private static final int MAX_DIFFERENCES = 3;

    private final CaseProgram program;
    private final List<Outcome> outcomes;
    private final Class<?> test;

    /**
     * @param test who makes these sequences: others make others of the same seed
     */
    Comparison(CaseProgram program, List<Outcome> outcomes, Class<?> test) {
        this.test = test;
        this.program = program;
        this.outcomes = outcomes;
    }

    /** Returns texts about the first cases that differ, nothing if none does. */
    List<String> differences() {
        var differences = new ArrayList<String>();
        outcomes.stream()
                .filter(it -> !it.isAtItsEnd())
                .map(it -> "%s ended: %s; %s".formatted(it.name(), it.end(), testAndSeed()))
                .forEach(differences::add);
        for (int i = 0; i < program.caseCount() && differences.size() < MAX_DIFFERENCES; i++) {
            if (!isAgreedOn(i)) {
                differences.add(describe(i));
            }
        }
        if (differences.isEmpty()) {
            addDifferentBlocks(differences);
        }
        return differences;
    }

    private String testAndSeed() {
        return "-Dtest=%s -Dlockstep.seed=%d".formatted(test.getSimpleName(), program.seed());
    }

    private boolean isAgreedOn(int caseIndex) {
        ByteBuffer expected = record(outcomes.getFirst(), caseIndex);
        return outcomes.stream().allMatch(it -> record(it, caseIndex).equals(expected));
    }

    private static ByteBuffer record(Outcome outcome, int caseIndex) {
        return outcome.states().slice(caseIndex * State.SIZE_BYTES, State.SIZE_BYTES);
    }

    private String describe(int caseIndex) {
        Sequence sequence = program.sequenceOf(caseIndex);
        var text = new StringBuilder();
        text.append(
                "sequence %d, state %d; repeat with %s -Dlockstep.sequence=%d\n"
                        .formatted(
                                sequence.number(),
                                caseIndex % CaseProgram.STATES,
                                testAndSeed(),
                                sequence.number()));
        appendCode(text, sequence);
        for (int offset = 0; offset < State.SIZE_BYTES; offset += Long.BYTES) {
            appendDifference(text, caseIndex * State.SIZE_BYTES, offset);
        }
        return text.toString();
    }

    private static void appendCode(StringBuilder text, Sequence sequence) {
        ByteBuffer code = sequence.code();
        while (code.hasRemaining()) {
            long pc = sequence.entry() + code.position();
            Instruction instruction = Coverage.next(code);
            text.append("  0x%x %s\n".formatted(pc, Disassembler.text(instruction, pc)));
        }
    }

    private void appendDifference(StringBuilder text, int record, int offset) {
        long expected = outcomes.getFirst().state(record + offset);
        if (outcomes.stream().allMatch(it -> it.state(record + offset) == expected)) {
            return;
        }
        long before = program.records().getLong(record + offset);
        text.append("%s: before 0x%x".formatted(State.name(offset), before));
        for (Outcome outcome : outcomes) {
            text.append(", %s 0x%x".formatted(outcome.name(), outcome.state(record + offset)));
        }
        text.append('\n');
    }

    /** The states agree: then the first block that was reported differently is said. */
    private void addDifferentBlocks(List<String> differences) {
        List<Outcome> reports = outcomes.stream().filter(it -> it.blocks().isPresent()).toList();
        for (Outcome other : reports) {
            int mismatch = blocks(reports.getFirst()).mismatch(blocks(other));
            if (mismatch >= 0) {
                differences.add(
                        "block %d: %s and %s report different ones; %s"
                                .formatted(
                                        mismatch / RecordLayout.SIZE_BYTES,
                                        block(reports.getFirst(), mismatch),
                                        block(other, mismatch),
                                        testAndSeed()));
            }
        }
    }

    private static ByteBuffer blocks(Outcome outcome) {
        return outcome.blocks().orElseThrow();
    }

    private static String block(Outcome outcome, int position) {
        ByteBuffer blocks = blocks(outcome);
        int row = position / RecordLayout.SIZE_BYTES * RecordLayout.SIZE_BYTES;
        if (row == blocks.limit()) {
            return outcome.name() + " (none)";
        }
        return "%s (next pc 0x%x, steps %d, digest 0x%x)"
                .formatted(
                        outcome.name(),
                        blocks.getLong(row + RecordLayout.NEXT_PC_OFFSET),
                        blocks.getInt(row + RecordLayout.STEPS_OFFSET),
                        blocks.getLong(row + RecordLayout.DIGEST_OFFSET));
    }
}
