package dev.lockstep.gdb;

import dev.lockstep.gdb.TargetDescription.Described;
import dev.lockstep.isa.Csr;
import dev.lockstep.isa.RegisterFile;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Where a stub has the registers of a hart. They are named by slots: 0 to 31 the x registers, 32 to
 * 63 the f registers, then those that have a constant here.
 */
final class RegisterMap {
    static final int F = 32;
    static final int PC = 64;
    static final int FFLAGS = 65;
    static final int FRM = 66;
    static final int FCSR = 67;
    static final int SLOTS = 68;

    /** Registers of one file. */
    static final int FILE = 32;

    /** Number of the first CSR where a target does not describe its registers. */
    private static final int FIRST_CSR = 65;

    private static final int STANDARD_PC = 32;
    private static final int STANDARD_F = 33;

    /**
     * A register of the target.
     *
     * @param number what the stub calls it
     * @param offset of its value in the answer to g, in bytes
     */
    record Register(int number, int bytes, int offset) {
        int end() {
            return offset + bytes;
        }
    }

    private final @Nullable Register[] bySlot = new Register[SLOTS];

    private RegisterMap() {}

    /** Returns where a target has them that describes its registers. */
    static RegisterMap of(List<Described> described) {
        RegisterMap map = new RegisterMap();
        List<Described> ordered = new ArrayList<>(described);
        ordered.sort(Comparator.comparingInt(Described::number));
        int offset = 0;
        for (Described register : ordered) {
            int bytes = (register.bits() + Byte.SIZE - 1) / Byte.SIZE;
            int slot = slot(register.name().toLowerCase(Locale.ROOT));
            if (slot >= 0 && (register.bits() == Long.SIZE || slot >= FFLAGS)) {
                map.bySlot[slot] = new Register(register.number(), bytes, offset);
            }
            offset += bytes;
        }
        return map;
    }

    /** Returns where an RV64 target has them that does not. */
    static RegisterMap standard() {
        List<Described> described = new ArrayList<>();
        for (int i = 0; i < FILE; i++) {
            described.add(new Described("x" + i, i, Long.SIZE));
            described.add(new Described("f" + i, STANDARD_F + i, Long.SIZE));
        }
        described.add(new Described("pc", STANDARD_PC, Long.SIZE));
        for (Csr csr : List.of(Csr.FFLAGS, Csr.FRM, Csr.FCSR)) {
            described.add(new Described(csr.name(), FIRST_CSR + csr.number(), Long.SIZE));
        }
        return of(described);
    }

    private static int slot(String name) {
        return switch (name) {
            case "pc" -> PC;
            case "fflags" -> FFLAGS;
            case "frm" -> FRM;
            case "fcsr" -> FCSR;
            default -> slotInFile(name);
        };
    }

    private static int slotInFile(String name) {
        String abiName = name.equals("fp") ? "s0" : name;
        return IntStream.range(0, FILE)
                .filter(i -> isName(abiName, RegisterFile.X, "x", i))
                .findFirst()
                .orElseGet(() ->
                        IntStream.range(0, FILE)
                                .filter(i -> isName(abiName, RegisterFile.F, "f", i))
                                .map(i -> F + i)
                                .findFirst()
                                .orElse(-1));
    }

    private static boolean isName(String name, RegisterFile file, String prefix, int number) {
        return name.equals(file.abiName(number)) || name.equals(prefix + number);
    }

    /** Returns where a register is, or null if the target has it not. */
    @Nullable Register find(int slot) {
        return bySlot[slot];
    }

    boolean has(int slot) {
        return bySlot[slot] != null;
    }

    /** The target has a register not, whatever it says. */
    void remove(int slot) {
        bySlot[slot] = null;
    }

    /** Returns whether the integer registers and the pc are there, without which nothing goes. */
    boolean hasIntegers() {
        return has(PC) && IntStream.range(0, FILE).allMatch(this::has);
    }

    /** Returns whether the floating-point registers, flags and mode are there, too. */
    boolean hasFloats() {
        return IntStream.range(F, F + FILE).allMatch(this::has)
                && (has(FCSR) || (has(FFLAGS) && has(FRM)));
    }
}
