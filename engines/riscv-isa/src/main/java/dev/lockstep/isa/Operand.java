package dev.lockstep.isa;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** An operand of assembly text: where its value goes, and how it is written. */
enum Operand {
    RD(Slot.RD, RegisterFile.X),
    RS1(Slot.RS1, RegisterFile.X),
    RS2(Slot.RS2, RegisterFile.X),
    FD(Slot.RD, RegisterFile.F),
    FS1(Slot.RS1, RegisterFile.F),
    FS2(Slot.RS2, RegisterFile.F),
    FS3(Slot.RS3, RegisterFile.F),
    IMM(Slot.IMM),
    SHAMT(Slot.IMM),
    UPPER(Slot.IMM),
    TARGET(Slot.IMM),
    CSR(Slot.IMM),
    PRED(Slot.IMM),
    SUCC(Slot.IMM),
    CODE(Slot.IMM),
    ZIMM(Slot.RS1),

    /** A rounding mode that is dynamic unless written. */
    RM(Slot.RM),

    /** The rounding mode of a conversion that is always exact: rne unless written. */
    EXACT(Slot.RM);

    private static final List<String> ROUNDING_MODES =
            List.of("rne", "rtz", "rdn", "rup", "rmm", "reserved5", "reserved6", "dyn");

    /** Bits of a fence's predecessor and successor sets, from the highest. */
    private static final String FENCE_SET = "iorw";

    private static final int FENCE_SET_HIGHEST = 0b1000;

    private static final int PRED_SHIFT = 4;
    private static final int UPPER_SHIFT = 12;
    private static final int UPPER_MASK = 0xfffff;

    private final Slot slot;
    private final RegisterFile registerFile;

    Operand(Slot slot) {
        this(slot, RegisterFile.NONE);
    }

    Operand(Slot slot, RegisterFile registerFile) {
        this.slot = slot;
        this.registerFile = registerFile;
    }

    static Operand of(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    Slot slot() {
        return slot;
    }

    RegisterFile registerFile() {
        return registerFile;
    }

    /** Returns what the operand is when it is not written; empty if it must be. */
    String defaultText() {
        return switch (this) {
            case RM -> "dyn";
            case EXACT -> "rne";
            default -> "";
        };
    }

    /** Returns how {@code value}, the content of the slot, is written. */
    String text(long value, long pc) {
        return switch (this) {
            case RD, RS1, RS2, FD, FS1, FS2, FS3 -> registerFile.abiName((int) value);
            case IMM, ZIMM -> Long.toString(value);
            case SHAMT, CODE -> hex(value);
            case UPPER -> hex((value >> UPPER_SHIFT) & UPPER_MASK);
            case TARGET -> hex(pc + value);
            case CSR -> Csr.nameOf((int) value);
            case PRED -> fenceSet(value >> PRED_SHIFT);
            case SUCC -> fenceSet(value);
            case RM, EXACT -> ROUNDING_MODES.get((int) value);
        };
    }

    /**
     * Returns the bits of the slot that {@code text} stands for; the reverse of {@link #text}.
     *
     * @throws IllegalArgumentException if the text is not such an operand
     */
    long value(String text, long pc, Map<String, Long> labels) {
        return switch (this) {
            case RD, RS1, RS2, FD, FS1, FS2, FS3 -> registerFile.number(text);
            case IMM, SHAMT, ZIMM, CODE -> number(text);
            case UPPER -> (int) (number(text) << UPPER_SHIFT);
            case TARGET -> (labels.containsKey(text) ? labels.get(text) : number(text)) - pc;
            case CSR -> Csr.numberOf(text);
            case PRED -> (long) fenceBits(text) << PRED_SHIFT;
            case SUCC -> fenceBits(text);
            case RM, EXACT -> roundingMode(text);
        };
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** Reads decimal and, as an unsigned 64-bit number, hexadecimal. */
    private static long number(String text) {
        return text.startsWith("0x")
                ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                : Long.parseLong(text);
    }

    private static String fenceSet(long bits) {
        var set = new StringBuilder();
        for (int i = 0; i < FENCE_SET.length(); i++) {
            long bit = FENCE_SET_HIGHEST >> i;
            if ((bits & bit) != 0) {
                set.append(FENCE_SET.charAt(i));
            }
        }
        return set.isEmpty() ? "0" : set.toString();
    }

    private static int fenceBits(String set) {
        for (int bits = 0; bits < 1 << FENCE_SET.length(); bits++) {
            if (fenceSet(bits).equals(set)) {
                return bits;
            }
        }
        throw new IllegalArgumentException("fence set: " + set + " (expected: some of iorw, or 0)");
    }

    private static int roundingMode(String name) {
        int mode = ROUNDING_MODES.indexOf(name);
        if (mode < 0) {
            throw new IllegalArgumentException(
                    "rounding mode: %s (expected: one of %s)".formatted(name, ROUNDING_MODES));
        }
        return mode;
    }
}
