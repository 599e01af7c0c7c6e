package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import com.google.protobuf.ByteString;

import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.proto.v1.PageContent;

import java.util.List;
import java.util.zip.CRC32C;

/**
 * Fills an empty memory with what was captured elsewhere. What cannot have been captured is refused
 * and leaves the memory empty. Confined to the engine's thread.
 */
public final class MemoryRestoration {
    private static final int ALL_PERMISSIONS = 7;

    private final GuestMemory memory;

    /** Address after the last page that was filled. */
    private long filledEnd;

    private MemoryRestoration(GuestMemory memory) {
        this.memory = memory;
    }

    /**
     * Maps.
     *
     * @param mappings whole pages, ascending and disjoint
     * @throws RestoreException if they cannot be those of this memory, which then is empty
     * @throws IllegalStateException if something is mapped
     */
    static MemoryRestoration begin(GuestMemory memory, List<MappedRange> mappings) {
        if (!memory.isFree(0, memory.sizeBytes())) {
            throw new IllegalStateException("memory to restore into is not empty");
        }
        long end = 0;
        for (MappedRange range : mappings) {
            check(memory, range, end);
            end = range.getAddress() + range.getLengthBytes();
        }
        for (MappedRange range : mappings) {
            Permissions permissions = Permissions.ofBits(range.getPermissions());
            memory.map(range.getAddress(), range.getLengthBytes(), permissions);
        }
        return new MemoryRestoration(memory);
    }

    private static void check(GuestMemory memory, MappedRange range, long end) {
        long address = range.getAddress();
        long length = range.getLengthBytes();
        if (length <= 0 || (address | length) % PAGE_BYTES != 0) {
            throw refusal(range, "whole pages, and at least one");
        }
        if (!memory.isInside(address, length)) {
            throw refusal(range, "memory below 0x" + Long.toHexString(memory.sizeBytes()));
        }
        if (address < end) {
            throw refusal(range, "ascending ranges, this one from 0x%x on".formatted(end));
        }
        if ((range.getPermissions() & ~ALL_PERMISSIONS) != 0) {
            throw refusal(range, "permissions from 0 to 7, not " + range.getPermissions());
        }
    }

    private static RestoreException refusal(MappedRange range, String expected) {
        return new RestoreException(
                "mapping at 0x%x of 0x%x bytes (expected: %s)"
                        .formatted(range.getAddress(), range.getLengthBytes(), expected));
    }

    /**
     * Fills a page.
     *
     * @throws RestoreException if it is damaged, or has no place here; memory is then empty
     */
    public void add(PageContent page) {
        String expected = expected(page);
        if (!expected.isEmpty()) {
            memory.unmap(0, memory.sizeBytes());
            throw new RestoreException(
                    "page at 0x%x (expected: %s)".formatted(page.getAddress(), expected));
        }
        memory.poke(page.getAddress(), page.getData().toByteArray(), 0, PAGE_BYTES);
        filledEnd = page.getAddress() + PAGE_BYTES;
    }

    /** Returns what is expected instead of a page; empty if it is right. */
    private String expected(PageContent page) {
        long address = page.getAddress();
        if (address % PAGE_BYTES != 0) {
            return "a multiple of 4096";
        }
        if (Long.compareUnsigned(address, filledEnd) < 0) {
            return "ascending pages, this one from 0x%x on".formatted(filledEnd);
        }
        if (!memory.isMapped(address, PAGE_BYTES)) {
            return "a mapped page";
        }
        if (page.getData().size() != PAGE_BYTES) {
            return "4096 bytes, not " + page.getData().size();
        }
        int sum = crc32c(page.getData());
        return sum == page.getCrc32C()
                ? ""
                : "CRC32C 0x%08x, as its bytes have; the page says 0x%08x"
                        .formatted(sum, page.getCrc32C());
    }

    private static int crc32c(ByteString data) {
        CRC32C sum = new CRC32C();
        sum.update(data.asReadOnlyByteBuffer());
        return (int) sum.getValue();
    }
}
