package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

import java.util.List;

/** System calls on the address space. */
final class MemoryCalls {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int PROT_ALL = PROT_READ | PROT_WRITE | PROT_EXEC | 8;

    private static final int MAP_TYPE = 0xf;
    private static final int MAP_SHARED_VALIDATE = 3;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;

    private static final int MS_ASYNC = 1;
    private static final int MS_INVALIDATE = 2;
    private static final int MS_SYNC = 4;
    private static final int MADV_DONTNEED = 4;

    private final GuestMemory memory;
    private final AddressSpace space;
    private final HostFiles files;
    private final FilePages pages;

    MemoryCalls(GuestMemory memory, AddressSpace space, HostFiles files, FilePages pages) {
        this.memory = memory;
        this.space = space;
        this.files = files;
        this.pages = pages;
    }

    List<Syscall> rows() {
        return List.of(
                local(214, "brk", 1, call -> space.setBreak(call.argument(0))),
                localInput(215, "munmap", 2, this::unmap),
                localInput(216, "mremap", 5, new Remapping(memory, space, pages)::serve),
                localInput(222, "mmap", 6, this::map),
                local(226, "mprotect", 3, this::protect),
                localInput(227, "msync", 3, this::synchronize),
                local(228, "mlock", 2, this::lock),
                local(229, "munlock", 2, call -> 0),
                local(233, "madvise", 3, this::advise));
    }

    private static Permissions permissions(long protection) {
        return new Permissions(
                (protection & PROT_READ) != 0,
                (protection & PROT_WRITE) != 0,
                (protection & PROT_EXEC) != 0);
    }

    static boolean isUnaligned(long address) {
        return (address & (AddressSpace.PAGE - 1)) != 0;
    }

    private long map(Call call) {
        long size = AddressSpace.pageUp(call.argument(1));
        long error = mapError(call, size);
        if (error != 0) {
            return error;
        }
        boolean fixed = (call.argument(3) & MAP_FIXED) != 0;
        long address = fixed ? call.argument(0) : space.find(call.argument(0), size);
        if (address == AddressSpace.NO_ROOM || !memory.isInside(address, size)) {
            return Errno.ENOMEM;
        }
        Permissions permissions = permissions(call.argument(2));
        if ((call.argument(3) & MAP_ANONYMOUS) == 0) {
            return new FileMapping(call, files, pages, address, size).place(permissions);
        }
        pages.release(call, address, size);
        memory.map(address, size, permissions);
        return address;
    }

    private static long mapError(Call call, long size) {
        long flags = call.argument(3);
        long type = flags & MAP_TYPE;
        boolean anonymous = (flags & MAP_ANONYMOUS) != 0;
        boolean fixed = (flags & MAP_FIXED) != 0;
        if (call.argument(1) == 0
                || (call.argument(2) & ~PROT_ALL) != 0
                || type == 0
                || type > MAP_SHARED_VALIDATE
                || (anonymous && type == MAP_SHARED_VALIDATE)
                || isUnaligned(call.argument(5))
                || (fixed && isUnaligned(call.argument(0)))) {
            return Errno.EINVAL;
        }
        return size == 0 ? Errno.ENOMEM : 0;
    }

    private long unmap(Call call) {
        long size = AddressSpace.pageUp(call.argument(1));
        if (isUnaligned(call.argument(0))
                || size == 0
                || !memory.isInside(call.argument(0), size)) {
            return Errno.EINVAL;
        }
        pages.release(call, call.argument(0), size);
        memory.unmap(call.argument(0), size);
        return 0;
    }

    private long protect(Call call) {
        long address = call.argument(0);
        long size = AddressSpace.pageUp(call.argument(1));
        if (isUnaligned(address) || (call.argument(2) & ~PROT_ALL) != 0) {
            return Errno.EINVAL;
        }
        if (size == 0 || !memory.isInside(address, size)) {
            return Errno.ENOMEM;
        }
        // In a reserved address space qemu-user turns holes in the range into mapped pages.
        memory.reserve(address, size);
        memory.protect(address, size, permissions(call.argument(2)));
        return 0;
    }

    private long synchronize(Call call) {
        long size = AddressSpace.pageUp(call.argument(1));
        int flags = call.intArgument(2);
        if (isUnaligned(call.argument(0))
                || (flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) != 0
                || (flags & (MS_ASYNC | MS_SYNC)) == (MS_ASYNC | MS_SYNC)) {
            return Errno.EINVAL;
        }
        // The reserved address space of qemu-user has no hole that its host could see.
        return memory.isInside(call.argument(0), size)
                ? pages.writeBack(call, call.argument(0), size, (flags & MS_SYNC) != 0)
                : Errno.ENOMEM;
    }

    private long lock(Call call) {
        long start = call.argument(0) & -AddressSpace.PAGE;
        long size = AddressSpace.pageUp(call.argument(0) - start + call.argument(1));
        return memory.isMapped(start, size) ? 0 : Errno.ENOMEM;
    }

    private long advise(Call call) {
        long address = call.argument(0);
        long size = AddressSpace.pageUp(call.argument(1));
        if (isUnaligned(address) || !memory.isInside(address, size)) {
            return Errno.EINVAL;
        }
        // Pages of the program would get the file's content back, which nobody asks for.
        if (call.intArgument(2) == MADV_DONTNEED && address >= space.heapStart()) {
            discard(address, size);
        }
        return 0;
    }

    /** Zeroes what is of no file: pages of a file would get its content back. */
    private void discard(long address, long size) {
        for (long page = address; page < address + size; page += AddressSpace.PAGE) {
            if (!pages.isOfFile(page)) {
                memory.zero(page, AddressSpace.PAGE);
            }
        }
    }
}
