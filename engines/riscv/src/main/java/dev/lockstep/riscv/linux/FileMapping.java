package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.InputAnswer;

import java.util.Optional;

/**
 * One mmap of a file: the reference asks its host whether it may and what the file holds, every
 * side maps it.
 */
final class FileMapping {
    private static final int MAP_TYPE = 0xf;
    private static final int MAP_PRIVATE = 2;
    private static final int PROT_WRITE = 2;

    private final Call call;
    private final HostFiles files;
    private final FilePages pages;
    private final GuestMemory memory;
    private final long address;
    private final long size;

    /** Whether this side has mapped already, because it had to fill the pages. */
    private boolean filled;

    /**
     * @param call its arguments are those of mmap
     * @param size in whole pages
     */
    FileMapping(Call call, HostFiles files, FilePages pages, long address, long size) {
        this.call = call;
        this.files = files;
        this.pages = pages;
        memory = call.memory();
        this.address = address;
        this.size = size;
    }

    /** Maps; returns the address, or an error number. */
    long place(Permissions permissions) {
        // What was there is mapped over only if the host agrees, but the file may be the same.
        pages.writeBack(call, address, size, false);
        InputAnswer answer = call.obtain(new byte[0], (asked, output) -> fill());
        if (Errno.isError(answer.value())) {
            return answer.value();
        }
        if (!filled) {
            memory.map(address, size, Permissions.READ_WRITE);
        }
        boolean applied = call.apply(answer);
        memory.protect(address, size, permissions);
        pages.forget(address, size);
        if (reachesFile()) {
            pages.share(address, size, call.argument(5));
        } else {
            pages.add(address, size);
        }
        return applied ? address : Errno.EFAULT;
    }

    /** Returns whether what the guest changes is to reach the file. */
    private boolean reachesFile() {
        return (call.argument(3) & MAP_TYPE) != MAP_PRIVATE && (call.argument(2) & PROT_WRITE) != 0;
    }

    private InputAnswer fill() {
        Optional<OpenFile> file = files.descriptors().get(call.intArgument(4));
        if (file.isEmpty()) {
            return InputAnswer.of(Errno.EBADF);
        }
        long offset = call.argument(5);
        if (offset < 0) {
            return InputAnswer.of(Errno.EOVERFLOW);
        }
        int host = file.get().host();
        long refusal = refusal(host, offset);
        if (refusal != 0) {
            return InputAnswer.of(refusal);
        }
        memory.map(address, size, Permissions.READ_WRITE);
        filled = true;
        return pages.read(call, address, size, host, offset);
    }

    /** Returns the error number with which such a mapping is refused, or 0. */
    private long refusal(int host, long offset) {
        HostKernel kernel = files.kernel();
        long protection = call.argument(2);
        long type = call.argument(3) & MAP_TYPE;
        long trial = kernel.call(HostCall.MMAP, 0, size, protection, type, host, offset);
        if (Errno.isError(trial)) {
            return trial;
        }
        kernel.call(HostCall.MUNMAP, trial, size);
        return reachesFile() && files.mapped().prepare(host) != 0 ? Errno.ENFILE : 0;
    }
}
