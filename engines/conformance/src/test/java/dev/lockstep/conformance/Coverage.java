package dev.lockstep.conformance;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.Kind;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which forms were executed, in which kind of sequence; of branches, which way. */
final class Coverage {
    private static final int SHOWN = 3;
    private static final String IN_A_ROW = " in a row";
    private static final String AMONG_BRANCHES = " among branches";
    private static final String TAKEN = " taken";
    private static final String NOT_TAKEN = " not taken";

    private final Map<String, Long> counts = new TreeMap<>();

    void add(CaseProgram program, Visits visits) {
        program.sequences().forEach(sequence -> add(sequence, visits));
    }

    private void add(Sequence sequence, Visits visits) {
        ByteBuffer code = sequence.code();
        String shape = sequence.branching() ? AMONG_BRANCHES : IN_A_ROW;
        while (code.hasRemaining()) {
            long pc = sequence.entry() + code.position();
            Instruction instruction = next(code);
            String name = Form.nameOf(instruction);
            count(name + shape, visits.executed(pc));
            if (instruction.op().kind() == Kind.BRANCH) {
                count(name + TAKEN, visits.left(pc));
                count(name + NOT_TAKEN, visits.executed(pc) - visits.left(pc));
            }
        }
    }

    static Instruction next(ByteBuffer code) {
        short parcel = code.getShort();
        return Decoder.length(parcel) == Short.BYTES
                ? Decoder.decode(Short.toUnsignedInt(parcel))
                : Decoder.decode(Short.toUnsignedInt(parcel) | code.getShort() << Short.SIZE);
    }

    private void count(String what, long executions) {
        if (executions > 0) {
            counts.merge(what, executions, Long::sum);
        }
    }

    /** Returns how many instructions were executed, each execution counted. */
    long instructions() {
        return counts.entrySet().stream()
                .filter(it ->
                        it.getKey().endsWith(IN_A_ROW) || it.getKey().endsWith(AMONG_BRANCHES))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Returns what of a vocabulary was never executed. */
    Set<String> missing(Vocabulary vocabulary) {
        var missing = new TreeSet<String>();
        for (Form form : vocabulary.forms()) {
            missing.add(form.name() + AMONG_BRANCHES);
            if (!Vocabulary.isTransfer(form)) {
                missing.add(form.name() + IN_A_ROW);
            }
            if (form.op().kind() == Kind.BRANCH) {
                missing.add(form.name() + TAKEN);
                missing.add(form.name() + NOT_TAKEN);
            }
        }
        missing.removeAll(counts.keySet());
        return missing;
    }

    /** Returns what was executed least. */
    List<String> rarest() {
        return counts.entrySet().stream()
                .sorted(Comparator.comparing(Map.Entry::getValue))
                .limit(SHOWN)
                .map(it -> it.getKey() + " " + it.getValue())
                .toList();
    }
}
