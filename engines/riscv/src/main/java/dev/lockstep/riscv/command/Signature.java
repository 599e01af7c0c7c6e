package dev.lockstep.riscv.command;

import dev.lockstep.isa.elf.Symbol;
import dev.lockstep.isa.elf.SymbolTable;
import dev.lockstep.riscv.elf.GuestProgram;
import dev.lockstep.riscv.memory.GuestMemory;

import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * What a test of an instruction set leaves as its result: the memory between two symbols, written
 * as the architecture tests want it, a line of eight hexadecimal digits for every four bytes.
 */
final class Signature {
    private static final String BEGIN = "begin_signature";
    private static final String END = "end_signature";

    private final Path file;
    private final long begin;
    private final int length;

    private Signature(Path file, long begin, int length) {
        this.file = file;
        this.begin = begin;
        this.length = length;
    }

    /**
     * Finds the signature of a program, and empties the file that is to receive it.
     *
     * @throws IOException if the program has none, or the file cannot be written
     */
    static Signature of(GuestProgram guest, Path file) throws IOException {
        SymbolTable symbols = guest.elf().readSymbols();
        long begin = address(symbols, BEGIN, guest);
        long length = address(symbols, END, guest) - begin;
        if (length < 0 || length > Integer.MAX_VALUE / 4 || length % Integer.BYTES != 0) {
            throw new IOException(
                    "%s: %s to %s is %d bytes (expected: words of four bytes, in order)"
                            .formatted(guest.path(), BEGIN, END, length));
        }
        Files.writeString(file, "");
        return new Signature(file, begin, (int) length);
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

    /**
     * Writes what is there by now.
     *
     * @throws IOException if the file cannot be written, or the memory is no longer there
     */
    void write(GuestMemory memory) throws IOException {
        if (!memory.isMapped(begin, length)) {
            throw new IOException("the signature at 0x%x is not mapped".formatted(begin));
        }
        byte[] page = new byte[GuestMemory.PAGE_BYTES];
        try (Writer lines = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            for (int done = 0; done < length; done += page.length) {
                int part = Math.min(page.length, length - done);
                memory.peek(begin + done, page, 0, part);
                write(ByteBuffer.wrap(page, 0, part), lines);
            }
        }
    }

    private static void write(ByteBuffer content, Writer lines) throws IOException {
        ByteBuffer words = content.order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            lines.write(HexFormat.of().toHexDigits(words.getInt()));
            lines.write('\n');
        }
    }
}
