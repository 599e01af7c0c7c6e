package dev.lockstep.server.run;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says which differences to ignore. All conditions given must hold: the instruction is one of those
 * meant, and everything that it did otherwise is meant too. A rule without registers and memory
 * means whatever the instruction does, but for where it goes on.
 *
 * @param name 1 to 64 characters of {@code [A-Za-z0-9._-]}
 * @param reason why that may differ, for people; one line of at most {@link #MAX_REASON_CHARACTERS}
 * @param registers and CSRs that may differ, each in some bits; empty for no such condition
 * @param memory bytes that may differ; empty for no such condition
 * @param pcs where the instruction may be; empty for anywhere
 * @param instructions which it may be; empty for any
 * @param nextPc whether it may also go on elsewhere
 */
public record Rule(
        String name,
        String reason,
        List<Register> registers,
        List<Span> memory,
        List<Span> pcs,
        List<Encoding> instructions,
        boolean nextPc) {
    public static final int MAX_REASON_CHARACTERS = 1024;

    /** Entries of each list. */
    public static final int MAX_ENTRIES = 256;

    /**
     * A register that may differ.
     *
     * @param slot its slot in the digest's table (docs/protocol.md, "Digest")
     * @param ignoredBits those that may differ, not none
     */
    public record Register(int slot, long ignoredBits) {
        public Register {
            if (ignoredBits == 0) {
                throw new IllegalArgumentException(
                        "%s: mask 0 (expected: a bit that may differ)".formatted(Slot.name(slot)));
            }
        }
    }

    /**
     * Addresses, unsigned.
     *
     * @param end the first one behind
     */
    public record Span(long start, long end) {
        public Span {
            if (Long.compareUnsigned(start, end) >= 0) {
                throw new IllegalArgumentException(
                        "%s to %s: no address (expected: the end behind the start)"
                                .formatted(Difference.hex(start), Difference.hex(end)));
            }
        }

        boolean contains(long address) {
            return Long.compareUnsigned(start, address) <= 0
                    && Long.compareUnsigned(address, end) < 0;
        }

        boolean contains(Span other) {
            return contains(other.start) && contains(other.end - 1);
        }
    }

    /**
     * Instructions.
     *
     * @param mask the bits that count, not none; of a compressed one, the upper half counts as 0
     * @param match what they are
     */
    public record Encoding(int mask, int match) {
        public Encoding {
            if (mask == 0 || (match & ~mask) != 0) {
                throw new IllegalArgumentException(
                        "mask 0x%x, match 0x%x (expected: bits in the mask, and no others in match)"
                                .formatted(mask, match));
            }
        }

        boolean contains(int instruction) {
            return (instruction & mask) == match;
        }

        boolean contains(Encoding other) {
            return (other.mask & mask) == mask && contains(other.match);
        }
    }

    public Rule {
        EngineSpec.checkName("rule name", name);
        registers = checkedList("registers", registers);
        memory = checkedList("memory", memory);
        pcs = checkedList("pcs", pcs);
        instructions = checkedList("instructions", instructions);
        boolean isReadable = reason.chars().noneMatch(Character::isISOControl);
        if (reason.isBlank() || reason.length() > MAX_REASON_CHARACTERS || !isReadable) {
            throw new IllegalArgumentException(
                    "reason: \"%s\" (expected: why, in one line of at most %d characters)"
                            .formatted(Excerpt.ofName(reason), MAX_REASON_CHARACTERS));
        }
        if (registers.isEmpty() && memory.isEmpty() && pcs.isEmpty() && instructions.isEmpty()) {
            throw new IllegalArgumentException(
                    "no condition (expected: a register, memory, a pc or an instruction)");
        }
        if (!registers.isEmpty() && !memory.isEmpty()) {
            throw new IllegalArgumentException(
                    "registers and memory: nothing is both (expected: a rule for each)");
        }
        checkSlots(registers);
    }

    private static <T> List<T> checkedList(String name, List<T> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new IllegalArgumentException(
                    "%s: %d entries (expected: at most %d)"
                            .formatted(name, entries.size(), MAX_ENTRIES));
        }
        return List.copyOf(entries);
    }

    private static void checkSlots(List<Register> registers) {
        Set<Integer> slots = new HashSet<>();
        for (Register register : registers) {
            if (!Slot.isRegister(register.slot)) {
                throw new IllegalArgumentException(
                        "%s: no register (expected: the slot of an x or f register or of a CSR)"
                                .formatted(Slot.name(register.slot)));
            }
            if (!slots.add(register.slot)) {
                throw new IllegalArgumentException(
                        "%s appears twice (expected: each register once)"
                                .formatted(Slot.name(register.slot)));
            }
        }
    }

    /** Returns whether this may say anything about an instruction. */
    boolean isAbout(long pc, int instruction) {
        return (pcs.isEmpty() || pcs.stream().anyMatch(span -> span.contains(pc)))
                && (instructions.isEmpty()
                        || instructions.stream().anyMatch(it -> it.contains(instruction)));
    }

    /** Returns whether all that an instruction did otherwise, which is something, is ignored. */
    boolean covers(StepDifference difference) {
        return !difference.isEmpty()
                && isAbout(difference.pc(), difference.instruction())
                && (nextPc || !difference.elsewhere())
                && difference.registers().stream().allMatch(this::coversRegister)
                && difference.memory().stream().allMatch(this::coversMemory);
    }

    private boolean coversRegister(Register other) {
        return coversEverything()
                || registers.stream()
                        .anyMatch(own ->
                                own.slot == other.slot
                                        && (other.ignoredBits & ~own.ignoredBits) == 0);
    }

    private boolean coversMemory(Span other) {
        return coversEverything() || memory.stream().anyMatch(own -> own.contains(other));
    }

    private boolean coversEverything() {
        return registers.isEmpty() && memory.isEmpty();
    }

    /**
     * Returns whether this covers all that another rule does, each of whose entries is within one
     * of these: then the other never counts behind this one.
     */
    public boolean covers(Rule other) {
        return coversPlaces(other)
                && (nextPc || !other.nextPc)
                && (coversEverything() || !other.coversEverything())
                && other.registers.stream().allMatch(this::coversRegister)
                && other.memory.stream().allMatch(this::coversMemory);
    }

    private boolean coversPlaces(Rule other) {
        return (pcs.isEmpty()
                        || (!other.pcs.isEmpty()
                                && other.pcs.stream()
                                        .allMatch(it ->
                                                pcs.stream().anyMatch(own -> own.contains(it)))))
                && (instructions.isEmpty()
                        || (!other.instructions.isEmpty()
                                && other.instructions.stream()
                                        .allMatch(it ->
                                                instructions.stream()
                                                        .anyMatch(own -> own.contains(it)))));
    }
}
