package dev.lockstep.isa.elf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An ELF executable for 64-bit RISC-V whose headers have been checked against the file. */
public final class ElfFile {
    private static final long PAGE_BYTES = 4096;
    private static final int MAX_SHOWN_CHARACTERS = 40;

    private final ElfBytes file;
    private final ElfHeader header;
    private final List<ProgramHeader> programHeaders;

    private ElfFile(ElfBytes file, ElfHeader header, List<ProgramHeader> programHeaders) {
        this.file = file;
        this.header = header;
        this.programHeaders = programHeaders;
    }

    /**
     * Opens an executable. The file is mapped, not copied.
     *
     * @param fileName as the user typed it
     * @throws ElfFormatException if it cannot be read or is none
     */
    public static ElfFile open(String fileName) {
        return parse(fileName, ProgramFile.map(fileName));
    }

    /**
     * Reads the headers of a file.
     *
     * @param fileName for messages
     * @param content the whole file, from position 0 to the limit
     * @throws ElfFormatException if it is no such executable, or if headers or segments are outside
     *     the file
     */
    public static ElfFile parse(String fileName, ByteBuffer content) {
        var file = new ElfBytes(fileName, content);
        ElfHeader header = ElfHeader.read(file);
        int count = header.programHeaderCount();
        ByteBuffer table =
                file.slice(
                        "program headers",
                        header.programHeaderOffset(),
                        (long) count * ProgramHeader.SIZE);
        List<ProgramHeader> headers =
                IntStream.range(0, count).mapToObj(i -> ProgramHeader.read(table)).toList();
        headers.stream()
                .filter(segment -> segment.type() == ProgramHeader.LOAD)
                .forEach(segment -> segment.check(file));
        return new ElfFile(file, header, headers);
    }

    /** Returns the name that messages have for the file. */
    String name() {
        return file.fileName();
    }

    /**
     * Returns the path of the program that is to load this one's libraries, as the file has it;
     * nothing for a static program.
     *
     * @throws ElfFormatException if it does not end inside its segment
     */
    public Optional<String> interpreter() {
        return programHeaders.stream()
                .filter(segment -> segment.type() == ProgramHeader.INTERPRETER)
                .findFirst()
                .map(this::text);
    }

    private String text(ProgramHeader segment) {
        String text = StandardCharsets.UTF_8.decode(content(segment)).toString();
        int end = text.indexOf('\0');
        String path = end < 0 ? text : text.substring(0, end);
        if (end <= 0 || path.chars().anyMatch(Character::isISOControl)) {
            String shown = path.substring(0, Math.min(path.length(), MAX_SHOWN_CHARACTERS));
            throw file.malformed(
                    "interpreter",
                    "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'",
                    "a path that ends with a zero");
        }
        return path;
    }

    /** Returns whether the loader chooses the addresses: a static PIE, or a shared object. */
    public boolean isPositionIndependent() {
        return header.positionIndependent();
    }

    /** Returns the whole file, read-only. */
    public ByteBuffer content() {
        return file.slice("file", 0, file.size());
    }

    public long entry() {
        return header.entry();
    }

    /** Returns the offset of the program headers in the file. */
    public long programHeaderOffset() {
        return header.programHeaderOffset();
    }

    public List<ProgramHeader> programHeaders() {
        return programHeaders;
    }

    /**
     * Returns the address at which the start of the file would lie, were it loaded: that is where
     * program headers are sought. 0 if nothing is loaded.
     */
    public long imageStart() {
        return loaded().findFirst()
                .map(first -> first.address() - lead(first) & -PAGE_BYTES)
                .orElse(0L);
    }

    /** Returns the address after the last byte that is loaded. */
    public long imageEnd() {
        return loaded().reduce((_, later) -> later)
                .map(last -> last.address() + last.memorySize())
                .orElse(0L);
    }

    /** Returns the segments to load, by address. */
    public Stream<ProgramHeader> loaded() {
        return programHeaders.stream()
                .filter(segment -> segment.type() == ProgramHeader.LOAD)
                .filter(segment -> segment.memorySize() != 0)
                .sorted(Comparator.comparing(ProgramHeader::address, Long::compareUnsigned));
    }

    /**
     * Returns the bytes of the file that belong to a segment, read-only.
     *
     * @throws ElfFormatException if they are outside the file, as they may be unless the segment is
     *     to be loaded
     */
    public ByteBuffer content(ProgramHeader segment) {
        return file.slice("segment", segment.offset(), segment.fileSize());
    }

    /** Reads the symbols: none if the file is stripped, or if its section headers are broken. */
    public SymbolTable readSymbols() {
        try {
            return new SymbolReader(file, header).read();
        } catch (ElfFormatException e) {
            // No loader looks at section headers, so such a file runs, and does so without names.
            return SymbolTable.EMPTY;
        }
    }

    private static long lead(ProgramHeader first) {
        boolean fits = Long.compareUnsigned(first.offset(), first.address()) <= 0;
        return fits ? first.offset() : 0;
    }
}
