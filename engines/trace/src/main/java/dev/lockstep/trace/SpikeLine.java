package dev.lockstep.trace;

import dev.lockstep.protocol.Digest;
import dev.lockstep.riscv.told.ToldStep.Change;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A line of Spike's log.
 *
 * <pre>
 *   core   0: 3 0x0000000080000000 (0x00000297) x5  0x0000000080000000      committed
 *   core   0: 3 0x0000000080000004 (0xc10c) mem 0x0000000080001000 0x00000001
 *   core   0: 0x0000000080000000 (0x00000297) auipc   t0, 0x0               about to execute (-l)
 *   core   0: exception trap_machine_ecall, epc 0x0000000080000008          trapped (-l)
 * </pre>
 */
sealed interface SpikeLine {
    /** An instruction completed; {@code privilege} is the digit before its address. */
    record Commit(int privilege, long pc, int instruction, List<Change> changes)
            implements SpikeLine {}

    /** An instruction is about to be executed. */
    record Fetched(long pc, int instruction) implements SpikeLine {}

    /** The instruction at an address trapped. */
    record Trapped(long pc, int cause) implements SpikeLine {}

    /** Nothing that is compared. */
    record Remark() implements SpikeLine {}

    /** Digits of an address of a hart of 64 bits, with 0x. */
    int ADDRESS_CHARACTERS = 18;

    /** Causes by the names that Spike gives them. */
    Map<String, Integer> CAUSES =
            Map.ofEntries(
                    Map.entry("trap_instruction_address_misaligned", 0),
                    Map.entry("trap_instruction_access_fault", 1),
                    Map.entry("trap_illegal_instruction", 2),
                    Map.entry("trap_breakpoint", 3),
                    Map.entry("trap_load_address_misaligned", 4),
                    Map.entry("trap_load_access_fault", 5),
                    Map.entry("trap_store_address_misaligned", 6),
                    Map.entry("trap_store_access_fault", 7),
                    Map.entry("trap_user_ecall", 8),
                    Map.entry("trap_supervisor_ecall", 9),
                    Map.entry("trap_machine_ecall", 11),
                    Map.entry("trap_instruction_page_fault", 12),
                    Map.entry("trap_load_page_fault", 13),
                    Map.entry("trap_store_page_fault", 15));

    /**
     * Reads a line.
     *
     * @throws IllegalArgumentException if it is none of these; says what is wrong
     */
    static SpikeLine read(String line) {
        return new Reader(line).read();
    }

    /** Takes a line apart, word by word. */
    final class Reader {
        private static final String PROMPT = "(spike)";

        private final String line;
        private int position;

        Reader(String line) {
            this.line = line;
        }

        SpikeLine read() {
            String first = word();
            if (first.equals(PROMPT)) {
                first = word();
            }
            if (first.isEmpty() || first.equals("warning:") || first.equals("***")) {
                return new Remark();
            }
            if (!first.equals("core")) {
                throw new IllegalArgumentException(
                        "'%s' (expected: a line of Spike's log; have it written to a file of its own, with --log=FILE)"
                                .formatted(shown(line)));
            }
            String hart = word();
            if (!hart.equals("0:")) {
                throw new IllegalArgumentException(
                        "core %s (expected: one hart, 0; use spike -p1)".formatted(shown(hart)));
            }
            return readEvent(word());
        }

        private SpikeLine readEvent(String word) {
            return switch (word) {
                case "exception" -> readException();
                case "0", "1", "3" -> readCommit(word.charAt(0) - '0');
                case ">>>>", "tval", "Executed" -> new Remark();
                default -> {
                    if (word.startsWith("0x")) {
                        yield new Fetched(address(word), instruction());
                    }
                    throw new IllegalArgumentException(
                            "'%s' (expected: an address, a mode or an exception)"
                                    .formatted(shown(word)));
                }
            };
        }

        private SpikeLine readException() {
            String name = word();
            if (name.startsWith("interrupt")) {
                throw new IllegalArgumentException(
                        "an interrupt (expected: none, for the bare machine has no source of"
                                + " interrupts)");
            }
            Integer cause = CAUSES.get(name.replace(",", ""));
            if (cause == null || !word().equals("epc")) {
                throw new IllegalArgumentException(
                        "exception '%s' (expected: one of those a hart in machine or user mode can take)"
                                .formatted(shown(name)));
            }
            return new Trapped(address(word()), cause);
        }

        private SpikeLine readCommit(int privilege) {
            long pc = address(word());
            int instruction = instruction();
            List<Change> changes = new ArrayList<>(2);
            for (String word = word(); !word.isEmpty(); word = word()) {
                Change change = readChange(word);
                if (change != null) {
                    changes.add(change);
                }
            }
            return new Commit(privilege, pc, instruction, changes);
        }

        /** Returns null for what was read of memory. */
        private @Nullable Change readChange(String word) {
            if (word.equals("mem")) {
                return readMemory();
            }
            int slot =
                    switch (word.charAt(0)) {
                        case 'x' -> Digest.X + registerNumber(word);
                        case 'f' -> Digest.F + registerNumber(word);
                        case 'c' -> Digest.CSR + csrNumber(word);
                        default ->
                                throw new IllegalArgumentException(
                                        "'%s' (expected: x, f, c or mem; vectors are not known here)"
                                                .formatted(shown(word)));
                    };
            return new Change(slot, number(word()), 0);
        }

        private @Nullable Change readMemory() {
            long address = number(word());
            int before = position;
            String next = word();
            if (!next.startsWith("0x")) {
                position = before;
                return null;
            }
            int width = (next.length() - 2) / 2;
            if (Integer.bitCount(width) != 1 || width > Long.BYTES) {
                throw new IllegalArgumentException(
                        "'%s' (expected: 1, 2, 4 or 8 bytes)".formatted(shown(next)));
            }
            return new Change(Digest.storeSlot(width), number(next), address);
        }

        /** Older Spikes have a space between letter and number. */
        private int registerNumber(String word) {
            String digits = word.length() > 1 ? word.substring(1) : word();
            int number = decimal(digits);
            if (number >= Integer.SIZE) {
                throw new IllegalArgumentException(
                        "register '%s' (expected: 0 to 31)".formatted(shown(word)));
            }
            return number;
        }

        /** {@code c768_mstatus} */
        private static int csrNumber(String word) {
            int underscore = word.indexOf('_');
            int number = decimal(word.substring(1, underscore < 0 ? word.length() : underscore));
            if (number >= Digest.CSR) {
                throw new IllegalArgumentException(
                        "CSR '%s' (expected: 0 to 4095)".formatted(shown(word)));
            }
            return number;
        }

        private static int decimal(String digits) {
            if (digits.isEmpty()
                    || digits.length() > 4
                    || !digits.chars().allMatch(Character::isDigit)) {
                throw new IllegalArgumentException(
                        "'%s' (expected: a number)".formatted(shown(digits)));
            }
            return Integer.parseInt(digits);
        }

        private static long address(String word) {
            if (word.startsWith("0x") && word.length() < ADDRESS_CHARACTERS) {
                throw new IllegalArgumentException(
                        "address '%s' (expected: 16 digits; --isa=rv64gc)".formatted(shown(word)));
            }
            return number(word);
        }

        /** {@code (0x00000297)} */
        private int instruction() {
            String word = word();
            if (!word.startsWith("(") || !word.endsWith(")")) {
                throw new IllegalArgumentException(
                        "'%s' (expected: an instruction in brackets)".formatted(shown(word)));
            }
            return (int) number(word.substring(1, word.length() - 1));
        }

        private static long number(String word) {
            if (word.startsWith("0x") && word.length() > 2 && word.length() <= ADDRESS_CHARACTERS) {
                try {
                    return HexFormat.fromHexDigitsToLong(word, 2, word.length());
                } catch (NumberFormatException e) {
                    // Said below.
                }
            }
            throw new IllegalArgumentException(
                    "'%s' (expected: 0x and at most 16 digits)".formatted(shown(word)));
        }

        private static String shown(String text) {
            String printable = text.replaceAll("[^ -~]", "?");
            return printable.length() > 60 ? printable.substring(0, 60) + "..." : printable;
        }

        /** Returns the next word, empty if there is none. */
        private String word() {
            while (position < line.length() && line.charAt(position) == ' ') {
                position++;
            }
            int start = position;
            while (position < line.length() && line.charAt(position) != ' ') {
                position++;
            }
            return line.substring(start, position);
        }
    }
}
