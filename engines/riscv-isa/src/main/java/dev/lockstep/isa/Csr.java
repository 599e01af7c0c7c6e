package dev.lockstep.isa;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The control and status registers that have a name here: the unprivileged and machine's basic. */
public enum Csr {
    FFLAGS(0x001),
    FRM(0x002),
    FCSR(0x003),
    CYCLE(0xc00),
    TIME(0xc01),
    INSTRET(0xc02),
    MSTATUS(0x300),
    MISA(0x301),
    MEDELEG(0x302),
    MIDELEG(0x303),
    MIE(0x304),
    MTVEC(0x305),
    MCOUNTEREN(0x306),
    MSCRATCH(0x340),
    MEPC(0x341),
    MCAUSE(0x342),
    MTVAL(0x343),
    MIP(0x344),
    MCYCLE(0xb00),
    MINSTRET(0xb02),
    MVENDORID(0xf11),
    MARCHID(0xf12),
    MIMPID(0xf13),
    MHARTID(0xf14);

    private static final Map<Integer, Csr> BY_NUMBER =
            Arrays.stream(values()).collect(Collectors.toMap(Csr::number, Function.identity()));

    private final int number;

    Csr(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    /** Returns whether the register of this number belongs to the floating-point unit. */
    public static boolean isFloat(int number) {
        return number >= FFLAGS.number && number <= FCSR.number;
    }

    /** Returns the register with this number, unless it has no name here. */
    public static Optional<Csr> of(int number) {
        return Optional.ofNullable(BY_NUMBER.get(number));
    }

    /**
     * Returns the number of the register with this name, or written as this number.
     *
     * @throws IllegalArgumentException if it has no name here
     */
    public static int numberOf(String text) {
        if (text.startsWith("0x")) {
            return Integer.decode(text);
        }
        return Arrays.stream(values())
                .filter(csr -> csr.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "csr: %s (expected: 0x and its number, or one of %s)"
                                        .formatted(text, List.of(values()))))
                .number();
    }

    /** Returns the register's name, or its number in hexadecimal. */
    public static String nameOf(int number) {
        return of(number)
                .map(csr -> csr.name().toLowerCase(Locale.ROOT))
                .orElseGet(() -> "0x" + Integer.toHexString(number));
    }
}
