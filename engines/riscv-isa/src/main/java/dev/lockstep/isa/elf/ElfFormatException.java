package dev.lockstep.isa.elf;

/** A file is not an executable for 64-bit RISC-V; the message is for the user who named it. */
public final class ElfFormatException extends RuntimeException {

    ElfFormatException(String fileName, String thing, Object value, String expected) {
        super("%s: %s: %s (expected: %s)".formatted(fileName, thing, value, expected));
    }

    ElfFormatException(String fileName, String problem, String expected) {
        super("%s: %s (expected: %s)".formatted(fileName, problem, expected));
    }
}
