package dev.lockstep.riscv.contract;

import dev.lockstep.riscv.Hart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One line of {@code instructions.txt}: {@code instruction | before | after}. Before and after are
 * {@code name=value} with registers by their ABI names, {@code fflags}, {@code frm}, {@code pc},
 * {@code rs} (the reserved address) and {@code rv} (its value), and {@code mN} for the 8 bytes at
 * offset N of the data page. A value is a decimal or hexadecimal integer, or a floating-point
 * number with suffix s (single, boxed) or d (double), also inf, nan (canonical) and snan.
 */
record InstructionCase(String instruction, Map<String, Long> before, Map<String, Long> after) {
    private static final List<String> X =
            List.of(
                    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2",
                    "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9",
                    "s10", "s11", "t3", "t4", "t5", "t6");
    private static final List<String> F =
            List.of(
                    "ft0", "ft1", "ft2", "ft3", "ft4", "ft5", "ft6", "ft7", "fs0", "fs1", "fa0",
                    "fa1", "fa2", "fa3", "fa4", "fa5", "fa6", "fa7", "fs2", "fs3", "fs4", "fs5",
                    "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11");

    private static final long BOX = 0xffff_ffff_0000_0000L;

    static List<InstructionCase> parse(String text) {
        List<InstructionCase> cases = new ArrayList<>();
        text.lines()
                .map(line -> line.replaceFirst("#.*", "").strip())
                .filter(line -> !line.isEmpty())
                .forEach(line -> cases.add(parseLine(line)));
        return cases;
    }

    private static InstructionCase parseLine(String line) {
        String[] columns = line.split("\\|", 3);
        if (columns.length != 3) {
            throw new IllegalArgumentException("line: " + line + " (expected: three columns)");
        }
        return new InstructionCase(columns[0].strip(), values(columns[1]), values(columns[2]));
    }

    private static Map<String, Long> values(String column) {
        Map<String, Long> values = new LinkedHashMap<>();
        for (String word : column.strip().split("\\s+")) {
            if (!word.isEmpty()) {
                String[] pair = word.split("=", 2);
                values.put(pair[0], value(pair[1]));
            }
        }
        return values;
    }

    private static long value(String text) {
        if (text.startsWith("0x")) {
            return Long.parseUnsignedLong(text.substring(2), 16);
        }
        String number = text.substring(0, text.length() - 1);
        return switch (text.charAt(text.length() - 1)) {
            case 's' -> BOX | Integer.toUnsignedLong(single(number));
            case 'd' -> doubleBits(number);
            default -> Long.parseLong(text);
        };
    }

    private static int single(String number) {
        return switch (number) {
            case "nan" -> 0x7fc00000;
            case "snan" -> 0x7f800001;
            case "inf" -> 0x7f800000;
            case "-inf" -> 0xff800000;
            default -> Float.floatToRawIntBits(Float.parseFloat(number));
        };
    }

    private static long doubleBits(String number) {
        return switch (number) {
            case "nan" -> 0x7ff8000000000000L;
            case "snan" -> 0x7ff0000000000001L;
            case "inf" -> 0x7ff0000000000000L;
            case "-inf" -> 0xfff0000000000000L;
            default -> Double.doubleToRawLongBits(Double.parseDouble(number));
        };
    }

    /** Brings a guest into the state before. */
    void prepare(ContractGuest guest) {
        before.forEach((name, value) -> set(guest, name, value));
    }

    private static void set(ContractGuest guest, String name, long value) {
        Hart hart = guest.hart;
        if (X.contains(name)) {
            hart.x[X.indexOf(name)] = value;
        } else if (F.contains(name)) {
            hart.f[F.indexOf(name)] = value;
        } else {
            setOther(guest, name, value);
        }
    }

    private static void setOther(ContractGuest guest, String name, long value) {
        Hart hart = guest.hart;
        switch (name) {
            case "fflags" -> hart.fflags = (int) value;
            case "frm" -> hart.frm = (int) value;
            case "pc" -> hart.pc = value;
            case "rs" -> hart.reservation = value;
            case "rv" -> hart.reservedValue = value;
            default -> guest.memory.storeLong(dataAddress(name), value);
        }
    }

    /** Returns everything that may be named, as it is in a guest. */
    static Map<String, String> state(ContractGuest guest) {
        Hart hart = guest.hart;
        Map<String, String> state = new LinkedHashMap<>();
        for (int i = 0; i < X.size(); i++) {
            state.put(X.get(i), hex(hart.x[i]));
            state.put(F.get(i), hex(hart.f[i]));
        }
        state.put("fflags", hex(hart.fflags));
        state.put("frm", hex(hart.frm));
        state.put("pc", hex(hart.pc));
        for (int offset = 0; offset < 64; offset += Long.BYTES) {
            state.put("m" + offset, hex(guest.memory.loadLong(ContractGuest.DATA + offset)));
        }
        return state;
    }

    /** Returns the state after: that before but for what the case says. */
    Map<String, String> expected(Map<String, String> stateBefore, int length) {
        Map<String, String> expected = new LinkedHashMap<>(stateBefore);
        expected.put("pc", hex(ContractGuest.CODE + length));
        after.forEach((name, value) -> expected.put(name, hex(value)));
        return expected;
    }

    private static long dataAddress(String name) {
        return ContractGuest.DATA + Long.parseLong(name.substring(1));
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    @Override
    public String toString() {
        return instruction + " | " + before + " | " + after;
    }
}
