package dev.lockstep.riscv.command;

import dev.lockstep.isa.elf.Symbol;
import dev.lockstep.isa.elf.SymbolTable;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a test of an instruction set leaves as its result: the memory between two symbols, written
 * as the architecture tests want it, a line of eight hexadecimal digits for every four bytes.
 */
final class Signature {
    private static final String BEGIN = "begin_signature";
    private static final String END = "end_signature";

    private Signature() {}

    /**
     * Writes the signature to a file.
     *
     * @throws IOException if it cannot be written, or the program has none
     */
    static void write(GuestProgram guest, GuestMemory memory, Path file) throws IOException {
        SymbolTable symbols = guest.elf().readSymbols();
        long begin = address(symbols, BEGIN, guest);
        long length = address(symbols, END, guest) - begin;
        if (length < 0 || length % Integer.BYTES != 0 || !memory.isMapped(begin, length)) {
            throw new IOException(
                    "%s: %s to %s is 0x%x bytes at 0x%x (expected: mapped words of four bytes)"
                            .formatted(guest.path(), BEGIN, END, length, begin));
        }
        byte[] content = new byte[(int) length];
        memory.peek(begin, content, 0, content.length);
        Files.writeString(file, lines(content), StandardCharsets.US_ASCII);
    }

    private static long address(SymbolTable symbols, String name, GuestProgram guest)
            throws IOException {
        return symbols.find(name)
                .map(Symbol::address)
                .orElseThrow(() ->
                        new IOException(
                                "%s: no symbol %s, so there is no signature; leave --signature away"
                                        .formatted(guest.path(), name)));
    }

    private static String lines(byte[] content) {
        ByteBuffer words = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder lines = new StringBuilder();
        while (words.hasRemaining()) {
            lines.append("%08x%n".formatted(words.getInt()));
        }
        return lines.toString();
    }
}
