package dev.lockstep.cli;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ElfFormatException;
import dev.lockstep.isa.elf.ProgramHeader;
import dev.lockstep.isa.elf.SymbolTable;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The code and the names in a program's file, at the addresses where the guest finds them. */
final class GuestCode {
    /** Nothing is known of the program. */
    static final GuestCode NONE = new GuestCode(null, SymbolTable.EMPTY);

    private static final int BLOCK_BOUNDARY_BYTES = 128; // docs/protocol.md, "Block rule"

    private final @Nullable ElfFile elf;
    private final SymbolTable symbols;

    private GuestCode(@Nullable ElfFile elf, SymbolTable symbols) {
        this.elf = elf;
        this.symbols = symbols;
    }

    /**
     * Reads a program that our engines are to run.
     *
     * @throws ConfigException if they cannot
     */
    static GuestCode read(String program) {
        try {
            ElfFile elf = ElfFile.openStatic(program);
            // Where a static PIE is placed, only the engines know.
            return elf.isPositionIndependent() ? NONE : new GuestCode(elf, elf.readSymbols());
        } catch (ElfFormatException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Reads a program that other engines are to run, who may know more than we do. */
    static GuestCode readIfPossible(String program) {
        try {
            return read(program);
        } catch (ConfigException e) {
            return NONE;
        }
    }

    /** Returns an address as we write it everywhere. */
    static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    /** Returns the name of the place, as in {@code main+0x18}. */
    Optional<String> symbol(long pc) {
        return symbols.find(pc).map(SymbolTable.Location::text);
    }

    /**
     * Returns the block at {@code pc} as the file has it, an instruction a line; empty when it has
     * none there.
     */
    List<String> block(long pc) {
        List<String> lines = new ArrayList<>();
        ByteBuffer code = codeAt(pc);
        long next = pc;
        while (next < (pc & -BLOCK_BOUNDARY_BYTES) + BLOCK_BOUNDARY_BYTES
                && code.remaining() >= 4) {
            Instruction instruction = Decoder.decode(code.getInt(code.position()));
            lines.add(hex(next) + "  " + Disassembler.text(instruction, next));
            if (instruction.op().endsBlock()) {
                break;
            }
            next += instruction.length();
            code.position(code.position() + instruction.length());
        }
        return lines;
    }

    /** Returns what the file has from {@code pc} to the end of the segment. */
    private ByteBuffer codeAt(long pc) {
        if (elf == null) {
            return ByteBuffer.allocate(0);
        }
        for (ProgramHeader segment : elf.programHeaders()) {
            long offset = pc - segment.address();
            boolean isCode =
                    segment.type() == ProgramHeader.LOAD
                            && (segment.flags() & ProgramHeader.EXECUTE) != 0;
            if (isCode && Long.compareUnsigned(offset, segment.fileSize()) < 0) {
                return elf.content(segment).position((int) offset);
            }
        }
        return ByteBuffer.allocate(0);
    }
}
