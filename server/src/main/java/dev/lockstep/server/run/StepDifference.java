package dev.lockstep.server.run;

import dev.lockstep.proto.v1.Effect;
import dev.lockstep.proto.v1.MemoryDifference;
import dev.lockstep.proto.v1.TracedStep;
import dev.lockstep.protocol.Digest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that one instruction did otherwise on one side, told from the states after it and, as a value
 * may be written where it was already, from what both sides wrote.
 *
 * @param registers each with the bits that differ
 * @param memory bytes that differ, or that only one side has written, or otherwise
 * @param elsewhere whether the sides go on in different places
 */
record StepDifference(
        long pc,
        int instruction,
        List<Rule.Register> registers,
        List<Rule.Span> memory,
        boolean elsewhere) {
    private static final long ALL_BITS = -1;
    private static final long PAGE_MASK = -4096;

    /**
     * Returns what differs.
     *
     * @param states right after the step, their pages compared; {@link #isTold} of them
     */
    static StepDifference of(TracedStep reference, TracedStep subject, StateComparison states) {
        Map<Integer, Long> bits = new LinkedHashMap<>();
        states.registers()
                .forEach(it -> bits.put(it.getSlot(), it.getReference() ^ it.getSubject()));
        boolean elsewhere =
                bits.remove(Digest.TRANSFER) != null
                        || reference.getNextPc() != subject.getNextPc()
                        || !goesOn(reference).equals(goesOn(subject));
        addWrites(reference, subject, bits);
        List<Rule.Span> memory = new ArrayList<>();
        states.memory().forEach(it -> memory.add(span(it.getAddress(), it.getReference().size())));
        addStores(reference, subject, memory);
        return new StepDifference(
                reference.getPc(),
                reference.getInstruction(),
                bits.entrySet().stream()
                        .map(entry -> new Rule.Register(entry.getKey(), entry.getValue()))
                        .toList(),
                memory,
                elsewhere);
    }

    /** Returns whether there is nothing that differs. */
    boolean isEmpty() {
        return registers.isEmpty() && memory.isEmpty() && !elsewhere;
    }

    /** Returns whether a comparison of states has told every byte that differs. */
    static boolean isTold(StateComparison states) {
        long bytes = 0;
        Set<Long> pages = new HashSet<>();
        for (MemoryDifference memory : states.memory()) {
            bytes += memory.getReference().size();
            pages.add(memory.getAddress() & PAGE_MASK);
        }
        return bytes == states.byteCount() && pages.containsAll(states.pages());
    }

    private static Set<Effect> goesOn(TracedStep step) {
        return step.getEffectsList().stream()
                .filter(it -> it.getSlot() == Digest.TRANSFER || it.getSlot() == Digest.TRAP)
                .collect(Collectors.toSet());
    }

    /**
     * Of a register that only one side has written, the states tell the bits that differ; if none
     * does, it was not written all the same.
     */
    private static void addWrites(TracedStep left, TracedStep right, Map<Integer, Long> bits) {
        Map<Integer, Long> one = writes(left);
        Map<Integer, Long> other = writes(right);
        Set<Integer> slots = new HashSet<>(one.keySet());
        slots.addAll(other.keySet());
        for (int slot : slots) {
            Long value = one.get(slot);
            Long otherValue = other.get(slot);
            if (value != null && otherValue != null) {
                if (!Objects.equals(value, otherValue)) {
                    bits.merge(slot, value ^ otherValue, (a, b) -> a | b);
                }
            } else {
                bits.putIfAbsent(slot, ALL_BITS);
            }
        }
    }

    private static Map<Integer, Long> writes(TracedStep step) {
        return step.getEffectsList().stream()
                .filter(it -> Slot.isRegister(it.getSlot()))
                .collect(Collectors.toMap(Effect::getSlot, Effect::getValue, (_, last) -> last));
    }

    private static void addStores(TracedStep left, TracedStep right, List<Rule.Span> memory) {
        List<Effect> one = stores(left);
        List<Effect> other = stores(right);
        if (!one.equals(other)) {
            one.stream()
                    .filter(it -> !other.contains(it))
                    .map(StepDifference::span)
                    .forEach(memory::add);
            other.stream()
                    .filter(it -> !one.contains(it))
                    .map(StepDifference::span)
                    .forEach(memory::add);
        }
    }

    private static List<Effect> stores(TracedStep step) {
        return step.getEffectsList().stream().filter(it -> Slot.isStore(it.getSlot())).toList();
    }

    private static Rule.Span span(Effect store) {
        return span(store.getAddress(), Slot.storedBytes(store.getSlot()));
    }

    /** Where the addresses begin anew, more is taken for different than is. */
    private static Rule.Span span(long address, int bytes) {
        long end = address + bytes;
        return Long.compareUnsigned(address, end) < 0
                ? new Rule.Span(address, end)
                : new Rule.Span(address & PAGE_MASK, -1);
    }
}
