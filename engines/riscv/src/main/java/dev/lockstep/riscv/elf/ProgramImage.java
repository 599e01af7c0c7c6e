package dev.lockstep.riscv.elf;

import dev.lockstep.isa.elf.ProgramHeader;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.util.List;

/** The segments of a program as they lie in memory, before and after it is decided where. */
public final class ProgramImage {
    private static final long PAGE = GuestMemory.PAGE_BYTES;

    private final String name;
    private final GuestProgram program;
    private final List<ProgramHeader> segments;
    private final long low;
    private final long high;

    /**
     * @throws GuestProgramException if there is nothing to load, or segments overlap
     */
    public ProgramImage(GuestProgram program) {
        this.program = program;
        name = program.path().toString();
        segments = program.elf().loaded().toList();
        if (segments.isEmpty()) {
            throw new GuestProgramException(name, "has no segment to load", "was it linked?");
        }
        checkOverlap();
        low = program.elf().imageStart();
        high = program.elf().imageEnd();
    }

    private void checkAlignment() {
        for (ProgramHeader segment : segments) {
            if ((segment.address() - segment.offset()) % PAGE != 0) {
                throw new GuestProgramException(
                        name,
                        "a segment at 0x%x lies at file offset 0x%x"
                                .formatted(segment.address(), segment.offset()),
                        "both must be equal modulo 4096");
            }
        }
    }

    private void checkOverlap() {
        for (int i = 1; i < segments.size(); i++) {
            ProgramHeader segment = segments.get(i);
            if (Long.compareUnsigned(segment.address(), end(segments.get(i - 1))) < 0) {
                throw new GuestProgramException(
                        name,
                        "segments overlap at 0x" + Long.toHexString(segment.address()),
                        "is the file damaged?");
            }
        }
    }

    private static long end(ProgramHeader segment) {
        return segment.address() + segment.memorySize();
    }

    /** Returns the address at which the start of the file belongs, as in the file. */
    public long low() {
        return low;
    }

    /** Returns the address after the last byte, as in the file. */
    public long high() {
        return high;
    }

    /**
     * Checks that memory which does not start at 0 has a place for the program as it is linked.
     *
     * @throws GuestProgramException if a segment is outside {@code [start, end)}
     */
    public void checkInside(long start, long end) {
        long first = segments.getFirst().address();
        if (Long.compareUnsigned(first, start) < 0 || Long.compareUnsigned(high, end) > 0) {
            throw new GuestProgramException(
                    name,
                    "needs addresses 0x%x to 0x%x".formatted(first, high),
                    "guest memory is from 0x%x to 0x%x".formatted(start, end));
        }
    }

    /**
     * Loads the segments.
     *
     * @param bias added to every address of the file
     * @throws GuestProgramException if a segment is outside the memory
     */
    public void load(GuestMemory memory, long bias) {
        long start = low + bias;
        if (!memory.isInside(start, pageAfter(high) - low)) {
            throw new GuestProgramException(
                    name,
                    "needs addresses 0x%x to 0x%x".formatted(start, high + bias),
                    "guest memory ends at 0x%x".formatted(memory.sizeBytes()));
        }
        checkAlignment();
        for (ProgramHeader segment : segments) {
            load(memory, bias, segment);
        }
    }

    /** Copies the segments, and nothing beside them, to memory that is mapped and zero. */
    public void copy(GuestMemory memory) {
        for (ProgramHeader segment : segments) {
            byte[] content = program.fileBytes(segment.offset(), (int) segment.fileSize());
            memory.poke(segment.address(), content, 0, content.length);
            memory.fills().filled(segment.address(), content.length, program, segment.offset());
        }
    }

    // Whole pages come from the file, as mmap gives them: what stands beside a segment in its first
    // and last page is visible to the guest. Only a segment with zeros after it ends exactly.
    // Two segments may share a page: the later one then decides its content and permissions.
    private void load(GuestMemory memory, long bias, ProgramHeader segment) {
        long first = (segment.address() + bias) & -PAGE;
        int length = (int) (pageAfter(end(segment) + bias) - first);
        memory.map(first, length, Permissions.READ_WRITE);
        byte[] content = content(segment, length);
        memory.write(first, content, 0, content.length);
        long lead = segment.address() & (PAGE - 1);
        memory.fills().filled(first, content.length, program, segment.offset() - lead);
        memory.protect(first, length, permissions(segment.flags()));
    }

    private byte[] content(ProgramHeader segment, int pagesLength) {
        if (segment.fileSize() == 0) {
            return new byte[0];
        }
        int lead = (int) (segment.address() & (PAGE - 1));
        boolean zeros = segment.memorySize() != segment.fileSize();
        return program.fileBytes(
                segment.offset() - lead, zeros ? lead + (int) segment.fileSize() : pagesLength);
    }

    private static long pageAfter(long address) {
        return (address + PAGE - 1) & -PAGE;
    }

    private static Permissions permissions(int flags) {
        return new Permissions(
                (flags & ProgramHeader.READ) != 0,
                (flags & ProgramHeader.WRITE) != 0,
                (flags & ProgramHeader.EXECUTE) != 0);
    }
}
