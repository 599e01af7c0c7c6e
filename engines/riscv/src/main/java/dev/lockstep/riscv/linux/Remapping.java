package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;

/**
 * mremap as qemu-user 7.2 does it in a reserved address space: what may move does move, and holes
 * are pages without permissions.
 */
final class Remapping {
    private static final int MAYMOVE = 1;
    private static final int FIXED = 2;

    private final GuestMemory memory;
    private final AddressSpace space;
    private final FilePages pages;

    Remapping(GuestMemory memory, AddressSpace space, FilePages pages) {
        this.memory = memory;
        this.space = space;
        this.pages = pages;
    }

    long serve(Call call) {
        long address = call.argument(0);
        long oldSize = AddressSpace.pageUp(call.argument(1));
        long newSize = AddressSpace.pageUp(call.argument(2));
        boolean fixed = (call.argument(3) & FIXED) != 0;
        boolean moves = (call.argument(3) & MAYMOVE) != 0;
        if (oldSize == 0
                || !memory.isInside(address, oldSize)
                || newSize < 0
                || (newSize == 0 && !moves)) {
            return Errno.ENOMEM;
        }
        if (MemoryCalls.isUnaligned(address)
                || newSize == 0
                || (call.argument(3) & ~(MAYMOVE | FIXED)) != 0
                || (fixed && (!moves || MemoryCalls.isUnaligned(call.argument(4))))) {
            return Errno.EINVAL;
        }
        if (!isUniform(address, oldSize)) {
            return Errno.EFAULT;
        }
        if (fixed) {
            return moveTo(call, call.argument(4), oldSize, newSize);
        }
        return moves ? move(call, oldSize, newSize) : resize(call, oldSize, newSize);
    }

    /** Returns whether the range is one mapping, or one hole, as far as permissions tell. */
    private boolean isUniform(long address, long size) {
        if (memory.isFree(address, size)) {
            return true;
        }
        for (long at = 0; at < size; at += AddressSpace.PAGE) {
            if (!memory.permissions(address + at).equals(memory.permissions(address))) {
                return false;
            }
        }
        return true;
    }

    private long resize(Call call, long oldSize, long newSize) {
        long address = call.argument(0);
        if (newSize <= oldSize) {
            long end = address + newSize;
            pages.release(call, end, oldSize - newSize);
            memory.unmap(end, oldSize - newSize);
            return address;
        }
        long end = address + oldSize;
        if (!memory.isFree(end, newSize - oldSize)) {
            return Errno.ENOMEM;
        }
        memory.map(end, newSize - oldSize, Permissions.READ_WRITE);
        pages.extend(call, end, newSize - oldSize);
        memory.protect(end, newSize - oldSize, permissions(address));
        return address;
    }

    private long move(Call call, long oldSize, long newSize) {
        long target = space.find(0, newSize);
        return target == AddressSpace.NO_ROOM
                ? Errno.ENOMEM
                : moveTo(call, target, oldSize, newSize);
    }

    private long moveTo(Call call, long target, long oldSize, long newSize) {
        long address = call.argument(0);
        boolean overlaps = target < address + oldSize && address < target + newSize;
        if (overlaps || !memory.isInside(target, newSize)) {
            return overlaps ? Errno.EINVAL : Errno.ENOMEM;
        }
        long kept = Math.min(oldSize, newSize);
        pages.release(call, target, newSize);
        pages.release(call, address + kept, oldSize - kept);
        pages.writeBack(call, address, kept, false);
        Permissions permissions = permissions(address);
        memory.map(target, newSize, Permissions.READ_WRITE);
        if (memory.isMapped(address, oldSize)) {
            memory.protect(address, oldSize, Permissions.READ_WRITE);
            copy(address, target, kept);
        }
        pages.move(address, target, kept);
        if (newSize > oldSize) {
            pages.extend(call, target + kept, newSize - kept);
        }
        memory.protect(target, newSize, permissions);
        memory.unmap(address, oldSize);
        return target;
    }

    private void copy(long from, long to, long size) {
        byte[] page = new byte[(int) AddressSpace.PAGE];
        for (long at = 0; at < size; at += page.length) {
            if (memory.isUsed(from + at)) {
                memory.read(from + at, page, 0, page.length);
                memory.write(to + at, page, 0, page.length);
            }
        }
    }

    private Permissions permissions(long address) {
        return memory.permissions(address).orElse(Permissions.NONE);
    }
}
