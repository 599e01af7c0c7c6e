package dev.lockstep.riscv.contract;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.util.Optional;

/** Copies what a guest's memory holds, page by page. */
public final class MemoryCopy {
    private static final int PAGE_BYTES = GuestMemory.PAGE_BYTES;

    private MemoryCopy() {}

    /**
     * Copies mappings, permissions and content.
     *
     * @param to empty, of the same size
     */
    public static void copy(GuestMemory from, GuestMemory to) {
        long start = 0;
        Optional<Permissions> permissions = Optional.empty();
        for (long page = 0; page < from.sizeBytes(); page += PAGE_BYTES) {
            Optional<Permissions> next = from.permissions(page);
            if (!next.equals(permissions)) {
                map(to, start, page, permissions);
                start = page;
                permissions = next;
            }
        }
        map(to, start, from.sizeBytes(), permissions);
        byte[] content = new byte[PAGE_BYTES];
        from.forEachUsedPage(page -> {
            from.peek(page, content, 0, PAGE_BYTES);
            to.poke(page, content, 0, PAGE_BYTES);
        });
    }

    private static void map(
            GuestMemory memory, long start, long end, Optional<Permissions> permissions) {
        permissions.ifPresent(some -> memory.map(start, end - start, some));
    }
}
