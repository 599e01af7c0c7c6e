package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.GuestEvents;
import dev.lockstep.riscv.Payload;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.util.Optional;

/** Tells how the map of a process's memory changes. */
final class MapEvents {
    private static final int MAP_ANONYMOUS = 0x20;

    private final GuestEvents events;
    private final GuestMemory memory;

    MapEvents(GuestEvents events, GuestMemory memory) {
        this.events = events;
        this.memory = memory;
    }

    /** Tells of every range with permissions of its own, from the lowest address to the highest. */
    void tellImage() {
        long start = 0;
        Optional<Permissions> permissions = memory.permissions(0);
        for (long page = 0; page < memory.sizeBytes(); page += AddressSpace.PAGE) {
            Optional<Permissions> next = memory.permissions(page);
            if (!next.equals(permissions)) {
                tellInitial(start, page, permissions);
                start = page;
                permissions = next;
            }
        }
        tellInitial(start, memory.sizeBytes(), permissions);
    }

    private void tellInitial(long start, long end, Optional<Permissions> permissions) {
        if (permissions.isPresent()) {
            tell(start, end - start, "initial");
        }
    }

    /**
     * Tells what a call has changed.
     *
     * @param result no error
     */
    void tellChange(String call, long[] arguments, long result, long oldHeap, long newHeap) {
        long size = AddressSpace.pageUp(arguments[1]);
        switch (call) {
            case "brk" -> tellSome(oldHeap, newHeap - oldHeap, "heap");
            case "mmap" -> {
                boolean ofFile = (arguments[3] & MAP_ANONYMOUS) == 0;
                tell(result, size, ofFile ? "file" : "anonymous");
            }
            case "munmap" -> tell(arguments[0], size, "unmapped");
            case "mprotect" -> tell(arguments[0], size, "protected");
            case "mremap" -> tellMoved(arguments[0], size, result, arguments[2]);
            default -> {}
        }
    }

    private void tellMoved(long from, long oldSize, long to, long wanted) {
        long size = AddressSpace.pageUp(wanted);
        if (from == to) {
            tellSome(to + size, oldSize - size, "unmapped");
        } else {
            tell(from, oldSize, "unmapped");
        }
        tell(to, size, "remapped");
    }

    private void tellSome(long address, long length, String what) {
        if (length > 0) {
            tell(address, length, what);
        }
    }

    private void tell(long address, long length, String what) {
        events.emit(
                "memory.map",
                () -> {
                    Payload payload =
                            new Payload().address("address", address).number("length", length);
                    return memory.permissions(address)
                            .map(permissions -> payload.text("permissions", text(permissions)))
                            .orElseGet(() -> payload.absent("permissions"))
                            .text("what", what);
                });
    }

    private static String text(Permissions permissions) {
        return (permissions.read() ? "r" : "-")
                + (permissions.write() ? "w" : "-")
                + (permissions.execute() ? "x" : "-");
    }
}
