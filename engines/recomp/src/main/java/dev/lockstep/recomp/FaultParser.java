package dev.lockstep.recomp;

import dev.lockstep.isa.RegisterFile;
import dev.lockstep.recomp.FaultPlace.AtPc;
import dev.lockstep.recomp.FaultPlace.AtStep;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads faults in the notation of docs/testing-faults.md, such as {@code flip:0x1@step=12345}. */
final class FaultParser {
    private static final String SILENT = "silent";
    private static final String ANNOUNCED = "announced";
    private static final long FLAGS = 0x1F;
    private static final Set<String> FAMILIES = Set.of(SILENT, ANNOUNCED);
    private static final Set<String> NUMBERS = Set.of("step", "pc", "n");

    private final String text;

    private FaultParser(String text) {
        this.text = text;
    }

    /**
     * Reads one fault.
     *
     * @throws IllegalArgumentException if the text is none; the message says what is wrong
     */
    static Fault parse(String text) {
        return new FaultParser(text).parse();
    }

    private Fault parse() {
        int at = text.indexOf('@');
        if (at < 0) {
            throw wrong("place", "none", "@step=N or @pc=ADDRESS");
        }
        String[] what = text.substring(0, at).split(":", 2);
        FaultKind kind = FaultKind.of(what[0]).orElseThrow(() -> wrong("kind", what[0], kinds()));
        long operand = operand(kind, what.length == 2 ? what[1] : "");
        Map<String, String> options = options(text.substring(at + 1));
        boolean silent = options.remove(SILENT) != null;
        if (options.remove(ANNOUNCED) != null && silent) {
            throw wrong("family", "both", "silent or announced");
        }
        FaultPlace place = place(options);
        if (kind.isOfRegions() && silent) {
            throw wrong("family", SILENT, "none, regions count what they do");
        }
        if (kind.isOfInputs() && silent) {
            throw wrong("family", SILENT, "none, no digest counts what is asked");
        }
        if (kind.isOfRegions() && place instanceof AtStep) {
            throw wrong("place", "step", "pc=ADDRESS, regions do not count their steps");
        }
        return new Fault(kind, operand, place, silent);
    }

    private long operand(FaultKind kind, String text) {
        return switch (kind.operand()) {
            case NONE -> none(kind, text);
            case MASK -> mask(kind, text);
            case REGISTER -> register(kind, text);
        };
    }

    private long none(FaultKind kind, String text) {
        if (!text.isEmpty()) {
            throw wrong("mask", text, "none, " + kind.text() + " has none");
        }
        return 0;
    }

    private long mask(FaultKind kind, String mask) {
        long possible = kind == FaultKind.FLAG ? FLAGS : -1;
        long bits = mask.isEmpty() ? 0 : number("mask", mask);
        if (bits == 0 || (bits & ~possible) != 0) {
            String which = kind == FaultKind.FLAG ? "one of the five bits set" : "a bit set";
            throw wrong("mask", shown(mask), kind.text() + ":MASK with " + which);
        }
        return bits;
    }

    private long register(FaultKind kind, String name) {
        for (RegisterFile file : List.of(RegisterFile.X, RegisterFile.F)) {
            try {
                long register = RegisterUse.bit(file, file.number(name));
                if (register != 0) {
                    return register;
                }
            } catch (IllegalArgumentException e) {
                // Perhaps it is of the other file.
            }
        }
        throw wrong("register", shown(name), kind.text() + ":REGISTER such as a0, not zero");
    }

    private static String shown(String operand) {
        return operand.isEmpty() ? "none" : operand;
    }

    private Map<String, String> options(String list) {
        Map<String, String> options = new HashMap<>();
        for (String item : list.split(",", -1)) {
            String[] pair = item.split("=", 2);
            if (!(pair.length == 1 ? FAMILIES : NUMBERS).contains(pair[0])) {
                throw wrong("option", item, "step=N, pc=ADDRESS, n=N, silent or announced");
            }
            if (options.put(pair[0], pair[pair.length - 1]) != null) {
                throw wrong("option", item, pair[0] + " once");
            }
        }
        return options;
    }

    private FaultPlace place(Map<String, String> options) {
        boolean byStep = options.containsKey("step");
        if (byStep == options.containsKey("pc")) {
            throw wrong("place", byStep ? "both" : "none", "either step=N or pc=ADDRESS");
        }
        FaultPlace place = byStep ? atStep(options) : atPc(options);
        if (!options.isEmpty()) {
            throw wrong("option", options.keySet().iterator().next(), expectedBeside(byStep));
        }
        return place;
    }

    private static String expectedBeside(boolean byStep) {
        return byStep ? "silent or announced beside step" : "n, silent or announced beside pc";
    }

    private FaultPlace atStep(Map<String, String> options) {
        long step = number("step", Objects.requireNonNull(options.remove("step")));
        if (step < 0) {
            throw wrong("step", Long.toUnsignedString(step), "0 to 2^63 - 1");
        }
        return new AtStep(step);
    }

    private FaultPlace atPc(Map<String, String> options) {
        long pc = number("pc", Objects.requireNonNull(options.remove("pc")));
        String count = options.remove("n");
        long occurrence = count == null ? 1 : number("n", count);
        if (occurrence < 1) {
            throw wrong("n", Long.toString(occurrence), "1 or more");
        }
        return new AtPc(pc, occurrence);
    }

    private long number(String name, String digits) {
        try {
            return digits.startsWith("0x")
                    ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
        } catch (NumberFormatException e) {
            throw wrong(name, digits, "a number in decimal or, after 0x, in hexadecimal", e);
        }
    }

    private static String kinds() {
        return Arrays.stream(FaultKind.values())
                .map(FaultKind::text)
                .collect(Collectors.joining(", "));
    }

    private IllegalArgumentException wrong(String name, String value, String expected) {
        return new IllegalArgumentException(message(name, value, expected));
    }

    private IllegalArgumentException wrong(
            String name, String value, String expected, NumberFormatException cause) {
        return new IllegalArgumentException(message(name, value, expected), cause);
    }

    private String message(String name, String value, String expected) {
        return "fault \"" + text + "\": " + name + ": " + value + " (expected: " + expected + ")";
    }
}
