package dev.lockstep.cli.code;

import dev.lockstep.isa.Decoder;
import dev.lockstep.isa.Disassembler;
import dev.lockstep.isa.Instruction;
import dev.lockstep.isa.elf.ElfFile;
import dev.lockstep.isa.elf.ElfFormatException;
import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.isa.elf.ProgramHeader;
import dev.lockstep.isa.elf.SymbolTable;
import dev.lockstep.isa.elf.Sysroot;
import dev.lockstep.server.run.ConfigException;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The code and the names in a program's file, at the addresses where the guest finds them. */
public final class GuestCode {
    /** Nothing is known of the program. */
    public static final GuestCode NONE = new GuestCode(null, 0);

    private static final int BLOCK_BOUNDARY_BYTES = 128; // docs/protocol.md, "Block rule"

    private final @Nullable ElfFile elf;

    /** What the loader adds to every address of the file. */
    private final long bias;

    /** Read when somebody asks: a run that ends well needs no names. */
    private @Nullable SymbolTable symbols;

    private GuestCode(@Nullable ElfFile elf, long bias) {
        this.elf = elf;
        this.bias = bias;
    }

    /**
     * Reads a program that our engines are to run.
     *
     * @param sysroot where its interpreter is sought, which has to be fit to run too
     * @param memoryBytes size of the memory it is loaded into
     * @throws ConfigException if they cannot
     */
    public static GuestCode read(String program, Sysroot sysroot, long memoryBytes) {
        try {
            ElfFile elf = ElfFile.open(program);
            sysroot.interpreterOf(elf).ifPresent(ElfFile::open);
            return of(elf, memoryBytes);
        } catch (ElfFormatException e) {
            throw new ConfigException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Reads a program that other engines are to run, who may know more than we do. */
    public static GuestCode readIfPossible(String program, long memoryBytes) {
        try {
            return of(ElfFile.open(program), memoryBytes);
        } catch (ElfFormatException e) {
            return NONE;
        }
    }

    private static GuestCode of(ElfFile elf, long memoryBytes) {
        return new GuestCode(elf, LinuxLayout.bias(elf, memoryBytes));
    }

    /** Returns an address as we write it everywhere. */
    public static String hex(long address) {
        return "0x" + Long.toHexString(address);
    }

    /**
     * Returns the address that was typed, as {@code 0x10238} or as the name of a symbol.
     *
     * @throws ConfigException if it is neither
     */
    public long address(String text) {
        if (text.matches("0[xX][0-9a-fA-F]{1,16}")) {
            return Long.parseUnsignedLong(text.substring(2), 16);
        }
        return symbols()
                .find(text)
                .map(symbol -> symbol.address() + bias)
                .orElseThrow(() ->
                        new ConfigException(
                                "'"
                                        + text
                                        + "' is no symbol of the program (expected: one, or an"
                                        + " address as in 0x10238)"));
    }

    /** Returns the name of the place, as in {@code main+0x18}. */
    public Optional<String> symbol(long pc) {
        return symbols().find(pc - bias).map(SymbolTable.Location::text);
    }

    /** Returns the address with its name, as in {@code 0x10238 <main+0x18>}. */
    public String place(long pc) {
        return hex(pc) + symbol(pc).map(name -> " <" + name + ">").orElse("");
    }

    private synchronized SymbolTable symbols() {
        if (symbols == null) {
            symbols = elf == null ? SymbolTable.EMPTY : elf.readSymbols();
        }
        return symbols;
    }

    /**
     * Returns the block at {@code pc} as the file has it, an instruction a line; empty when it has
     * none there.
     */
    public List<String> block(long pc) {
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
            long offset = pc - bias - segment.address();
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
