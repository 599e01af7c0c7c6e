package dev.lockstep.riscv.linux;

import static dev.lockstep.riscv.linux.Syscall.local;
import static dev.lockstep.riscv.linux.Syscall.localInput;

import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.InputAnswer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Optional;

/** System calls on the address space. */
final class MemoryCalls {
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int PROT_EXEC = 4;
    private static final int PROT_ALL = PROT_READ | PROT_WRITE | PROT_EXEC | 8;

    private static final int MAP_TYPE = 0xf;
    private static final int MAP_SHARED = 1;
    private static final int MAP_SHARED_VALIDATE = 3;
    private static final int MAP_FIXED = 0x10;
    private static final int MAP_ANONYMOUS = 0x20;

    private static final int MREMAP_MAYMOVE = 1;
    private static final int MREMAP_FIXED = 2;
    private static final int MADV_DONTNEED = 4;

    private final GuestMemory memory;
    private final AddressSpace space;
    private final HostFiles files;
    private final GuestProcess process;

    MemoryCalls(GuestMemory memory, AddressSpace space, HostFiles files, GuestProcess process) {
        this.memory = memory;
        this.space = space;
        this.files = files;
        this.process = process;
    }

    List<Syscall> rows() {
        return List.of(
                local(214, "brk", 1, call -> space.setBreak(call.argument(0))),
                local(215, "munmap", 2, this::unmap),
                local(216, "mremap", 5, this::remap),
                localInput(222, "mmap", 6, this::map),
                local(226, "mprotect", 3, this::protect),
                local(227, "msync", 3, this::checkPages),
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

    private static boolean isUnaligned(long address) {
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
            return mapFile(call, address, size, permissions);
        }
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

    private long mapFile(Call call, long address, long size, Permissions permissions) {
        if ((call.argument(3) & MAP_TYPE) == MAP_SHARED && permissions.write()) {
            process.note("a shared mapping of a file is private: stores do not reach the file");
        }
        InputAnswer answer =
                call.obtain(new byte[0], (asked, output) -> content(asked, address, size));
        if (Errno.isError(answer.value())) {
            return answer.value();
        }
        memory.map(address, size, Permissions.READ_WRITE);
        boolean applied = call.apply(answer);
        memory.protect(address, size, permissions);
        return applied ? address : Errno.EFAULT;
    }

    private InputAnswer content(Call call, long address, long size) {
        Optional<OpenFile> file = files.get(call.intArgument(4));
        if (file.isEmpty()) {
            return InputAnswer.of(Errno.EBADF);
        }
        if (file.get().channel().isEmpty() || !file.get().isReadable()) {
            return InputAnswer.of(Errno.EACCES);
        }
        if (call.argument(5) < 0) {
            return InputAnswer.of(Errno.EOVERFLOW);
        }
        try {
            byte[] bytes = read(file.get().channel().get(), call.argument(5), size);
            return new InputAnswer(0, List.of(new InputAnswer.Write(address, bytes)));
        } catch (IOException e) {
            return InputAnswer.of(Errno.of(e));
        }
    }

    private static byte[] read(FileChannel channel, long offset, long size) throws IOException {
        byte[] bytes = new byte[(int) Math.clamp(channel.size() - offset, 0, size)];
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        int count = 0;
        while (rest.hasRemaining() && count >= 0) {
            count = channel.read(rest, offset + rest.position());
        }
        return bytes;
    }

    private long unmap(Call call) {
        long size = AddressSpace.pageUp(call.argument(1));
        if (isUnaligned(call.argument(0))
                || size == 0
                || !memory.isInside(call.argument(0), size)) {
            return Errno.EINVAL;
        }
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
        for (long page = address; page < address + size; page += AddressSpace.PAGE) {
            if (memory.isFree(page, AddressSpace.PAGE)) {
                memory.map(page, AddressSpace.PAGE, Permissions.NONE);
            }
        }
        memory.protect(address, size, permissions(call.argument(2)));
        return 0;
    }

    private long checkPages(Call call) {
        return isUnaligned(call.argument(0)) ? Errno.EINVAL : lock(call);
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
            memory.zero(address, size);
        }
        return 0;
    }

    private long remap(Call call) {
        long address = call.argument(0);
        long oldSize = AddressSpace.pageUp(call.argument(1));
        long newSize = AddressSpace.pageUp(call.argument(2));
        long flags = call.argument(3);
        boolean fixed = (flags & MREMAP_FIXED) != 0;
        boolean moves = (flags & MREMAP_MAYMOVE) != 0;
        if (isUnaligned(address)
                || newSize == 0
                || (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED)) != 0
                || (fixed && (!moves || isUnaligned(call.argument(4))))) {
            return Errno.EINVAL;
        }
        if (oldSize == 0 || newSize < 0) {
            return Errno.ENOMEM;
        }
        if (!memory.isMapped(address, oldSize)) {
            return Errno.EFAULT;
        }
        return fixed
                ? moveTo(call.argument(4), address, oldSize, newSize)
                : resize(address, oldSize, newSize, moves);
    }

    private long resize(long address, long oldSize, long newSize, boolean moves) {
        if (newSize <= oldSize) {
            memory.unmap(address + newSize, oldSize - newSize);
            return address;
        }
        long end = address + oldSize;
        if (memory.isFree(end, newSize - oldSize)) {
            memory.map(end, newSize - oldSize, memory.permissions(address).orElseThrow());
            return address;
        }
        if (!moves) {
            return Errno.ENOMEM;
        }
        long target = space.find(0, newSize);
        return target == AddressSpace.NO_ROOM
                ? Errno.ENOMEM
                : moveTo(target, address, oldSize, newSize);
    }

    private long moveTo(long target, long address, long oldSize, long newSize) {
        boolean overlaps = target < address + oldSize && address < target + newSize;
        if (overlaps || !memory.isInside(target, newSize)) {
            return overlaps ? Errno.EINVAL : Errno.ENOMEM;
        }
        Permissions permissions = memory.permissions(address).orElseThrow();
        memory.protect(address, oldSize, Permissions.READ_WRITE);
        memory.map(target, newSize, Permissions.READ_WRITE);
        byte[] page = new byte[(int) AddressSpace.PAGE];
        for (long i = 0; i < Math.min(oldSize, newSize); i += page.length) {
            if (memory.isUsed(address + i)) {
                memory.read(address + i, page, 0, page.length);
                memory.write(target + i, page, 0, page.length);
            }
        }
        memory.protect(target, newSize, permissions);
        memory.unmap(address, oldSize);
        return target;
    }
}
