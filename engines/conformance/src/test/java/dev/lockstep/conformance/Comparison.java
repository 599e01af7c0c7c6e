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

    Comparison(CaseProgram program, List<Outcome> outcomes) {
        this.program = program;
        this.outcomes = outcomes;
    }

    /** Returns texts about the first cases that differ, nothing if none does. */
    List<String> differences() {
        var differences = new ArrayList<String>();
        outcomes.stream()
                .filter(it -> !it.isAtItsEnd())
                .map(it -> "%s ended: %s; seed %d".formatted(it.name(), it.end(), program.seed()))
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
                "sequence %d, state %d; repeat with -Dlockstep.seed=%d -Dlockstep.sequence=%d\n"
                        .formatted(
                                sequence.number(),
                                caseIndex % CaseProgram.STATES,
                                program.seed(),
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
        List<Outcome> reports = outcomes.stream().filter(it -> it.blocks().hasRemaining()).toList();
        for (Outcome other : reports) {
            int mismatch = reports.getFirst().blocks().mismatch(other.blocks());
            if (mismatch >= 0) {
                differences.add(
                        "block %d: %s and %s report different ones; seed %d"
                                .formatted(
                                        mismatch / RecordLayout.SIZE_BYTES,
                                        block(reports.getFirst(), mismatch),
                                        block(other, mismatch),
                                        program.seed()));
            }
        }
    }

    private static String block(Outcome outcome, int position) {
        int row = position / RecordLayout.SIZE_BYTES * RecordLayout.SIZE_BYTES;
        if (row == outcome.blocks().limit()) {
            return outcome.name() + " (none)";
        }
        return "%s (next pc 0x%x, steps %d, digest 0x%x)"
                .formatted(
                        outcome.name(),
                        outcome.blocks().getLong(row + RecordLayout.NEXT_PC_OFFSET),
                        outcome.blocks().getInt(row + RecordLayout.STEPS_OFFSET),
                        outcome.blocks().getLong(row + RecordLayout.DIGEST_OFFSET));
    }
}
