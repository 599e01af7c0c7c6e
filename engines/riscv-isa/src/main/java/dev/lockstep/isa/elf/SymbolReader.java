package dev.lockstep.isa.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads .symtab, or .dynsym where there is none (System V ABI, "Sections", "Symbol Table"). */
final class SymbolReader {

    private static final int SECTION_HEADER_SIZE = 64;
    private static final int SECTION_SYMTAB = 2;
    private static final int SECTION_DYNSYM = 11;

    private static final int SYMBOL_SIZE = 24;
    private static final int UNDEFINED_SECTION = 0;
    private static final int BIND_SHIFT = 4;
    private static final int BIND_GLOBAL = 1;
    private static final int BIND_WEAK = 2;
    private static final int TYPE_MASK = 0xf;
    private static final int TYPE_NONE = 0;
    private static final int TYPE_OBJECT = 1;
    private static final int TYPE_FUNCTION = 2;
    private static final int TYPE_INDIRECT_FUNCTION = 10;

    private record Section(int type, long address, long offset, long size, int link) {}

    private record RankedSymbol(int rank, Symbol symbol) {}

    private final ElfBytes file;
    private final List<Section> sections = new ArrayList<>();

    SymbolReader(ElfBytes file, ElfHeader header) {
        this.file = file;
        int count = header.sectionHeaderCount();
        ByteBuffer table =
                file.slice(
                        "section headers",
                        header.sectionHeaderOffset(),
                        (long) count * SECTION_HEADER_SIZE);
        for (int i = 0; i < count; i++) {
            sections.add(readSection(entry(table, i, SECTION_HEADER_SIZE)));
        }
    }

    /**
     * Returns the symbols of the file.
     *
     * @throws ElfFormatException if a table is outside the file
     */
    SymbolTable read() {
        Optional<Section> symbols = section(SECTION_SYMTAB).or(() -> section(SECTION_DYNSYM));
        return symbols.map(this::readTable).orElse(SymbolTable.EMPTY);
    }

    private static ByteBuffer entry(ByteBuffer table, int index, int size) {
        return table.slice(index * size, size).order(table.order());
    }

    private Optional<Section> section(int type) {
        return sections.stream().filter(section -> section.type() == type).findFirst();
    }

    private SymbolTable readTable(Section section) {
        if (section.link() < 0 || section.link() >= sections.size()) {
            throw file.malformed("string table", section.link(), "the number of a section");
        }
        ByteBuffer table = content("symbol table", section);
        ByteBuffer names = content("string table", sections.get(section.link()));
        var symbols = new ArrayList<RankedSymbol>();
        for (int i = 0; i < table.limit() / SYMBOL_SIZE; i++) {
            readSymbol(entry(table, i, SYMBOL_SIZE), names).ifPresent(symbols::add);
        }
        symbols.sort(Comparator.comparingInt(RankedSymbol::rank));
        return new SymbolTable(symbols.stream().map(RankedSymbol::symbol).toList());
    }

    private ByteBuffer content(String thing, Section section) {
        return file.slice(thing, section.offset(), section.size());
    }

    /* | name u32 | type u32 | flags u64 | address u64 | offset u64 | size u64 | link u32 | … */
    private static Section readSection(ByteBuffer header) {
        header.getInt();
        int type = header.getInt();
        header.getLong();
        return new Section(
                type, header.getLong(), header.getLong(), header.getLong(), header.getInt());
    }

    /* | name u32 | info u8 | other u8 | section u16 | address u64 | size u64 |   little-endian */
    private Optional<RankedSymbol> readSymbol(ByteBuffer entry, ByteBuffer names) {
        String name = name(names, entry.getInt());
        byte info = entry.get();
        entry.get();
        int section = Short.toUnsignedInt(entry.getShort());
        long address = entry.getLong();
        long size = entry.getLong();
        if (section == UNDEFINED_SECTION || !namesCodeOrData(info) || isLocalToTools(name)) {
            return Optional.empty();
        }
        long knownSize = size == 0 ? sizeToEndOf(section, address) : size;
        return Optional.of(new RankedSymbol(rank(info), new Symbol(name, address, knownSize)));
    }

    private static String name(ByteBuffer names, int offset) {
        var name = new ByteArrayOutputStream();
        for (int at = offset; at >= 0 && at < names.limit() && names.get(at) != 0; at++) {
            name.write(names.get(at));
        }
        return name.toString(StandardCharsets.UTF_8);
    }

    private static boolean namesCodeOrData(byte info) {
        return switch (info & TYPE_MASK) {
            case TYPE_NONE, TYPE_OBJECT, TYPE_FUNCTION, TYPE_INDIRECT_FUNCTION -> true;
            default -> false;
        };
    }

    /** Whether only assembler and linker use the name: RISC-V mapping symbols, local labels. */
    private static boolean isLocalToTools(String name) {
        return name.isEmpty() || name.startsWith("$") || name.startsWith(".L");
    }

    private long sizeToEndOf(int number, long address) {
        if (number >= sections.size()) {
            return 0;
        }
        Section section = sections.get(number);
        long offset = address - section.address();
        return Long.compareUnsigned(offset, section.size()) < 0 ? section.size() - offset : 0;
    }

    /** The rank of a name: what has a type before labels, then global, weak, local ones. */
    private static int rank(byte info) {
        int bind =
                switch (info >> BIND_SHIFT) {
                    case BIND_GLOBAL -> 0;
                    case BIND_WEAK -> 1;
                    default -> 2;
                };
        return (info & TYPE_MASK) == TYPE_NONE ? bind + 3 : bind;
    }
}
