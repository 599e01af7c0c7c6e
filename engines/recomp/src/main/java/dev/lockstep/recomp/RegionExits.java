package dev.lockstep.recomp;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The ends of a region's method: one for each set of registers that are to be stored back. */
final class RegionExits {
    private final CodeBuilder code;
    private final Registers registers;
    private final Map<Long, Label> labels = new HashMap<>();

    RegionExits(CodeBuilder code, Registers registers) {
        this.code = code;
        this.registers = registers;
    }

    /** Returns the way out for those that have been changed. */
    Label of(long changed) {
        return labels.computeIfAbsent(changed, set -> code.newLabel());
    }

    /**
     * Emits all of them, those that store back most first: each goes on to the one that stores back
     * the most of what is left, and the last one to what follows.
     */
    void emit() {
        Label last = of(0);
        List<Long> sets = new ArrayList<>(labels.keySet());
        sets.sort(Comparator.comparingInt(Long::bitCount).reversed());
        for (int i = 0; i < sets.size() - 1; i++) {
            long changed = sets.get(i);
            long rest = largestInside(changed, sets.subList(i + 1, sets.size()));
            code.labelBinding(of(changed));
            registers.emitSpills(changed & ~rest);
            code.goto_(of(rest));
        }
        code.labelBinding(last);
    }

    private static long largestInside(long set, List<Long> smaller) {
        for (long candidate : smaller) {
            if ((candidate & ~set) == 0) {
                return candidate;
            }
        }
        return 0;
    }
}
