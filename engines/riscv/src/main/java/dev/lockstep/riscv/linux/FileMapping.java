package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.linux.Vectors.Vector;
import dev.lockstep.riscv.memory.GuestMemory;
import dev.lockstep.riscv.memory.Permissions;
import dev.lockstep.sdk.InputAnswer;

import java.util.List;
import java.util.Optional;

/**
 * One mmap of a file: the reference asks its host whether it may and what the file holds, every
 * side maps it.
 */
final class FileMapping {
    private static final int MAP_TYPE = 0xf;
    private static final int MAP_PRIVATE = 2;
    private static final int PROT_WRITE = 2;
    private static final long F_DUPFD_CLOEXEC = 1030;

    private final Call call;
    private final HostFiles files;
    private final GuestMemory memory;
    private final long address;
    private final long size;

    /** Whether this side has mapped already, because it had to fill the pages. */
    private boolean filled;

    /** A descriptor of the host for the file, of the mapping's own; negative on a subject. */
    private long ownHost = -1;

    /**
     * @param call its arguments are those of mmap
     * @param size in whole pages
     */
    FileMapping(Call call, HostFiles files, long address, long size) {
        this.call = call;
        this.files = files;
        memory = call.memory();
        this.address = address;
        this.size = size;
    }

    /** Maps; returns how many bytes of the file were there to be mapped, or an error number. */
    long place(Permissions permissions) {
        InputAnswer answer = call.obtain(new byte[0], (asked, output) -> fill());
        if (Errno.isError(answer.value())) {
            return answer.value();
        }
        if (!filled) {
            memory.map(address, size, Permissions.READ_WRITE);
        }
        boolean applied = call.apply(answer);
        memory.protect(address, size, permissions);
        return applied ? answer.value() : Errno.EFAULT;
    }

    /** Has the file written when the mapping is changed; {@code length} as {@link #place} said. */
    void share(SharedPages pages, long length) {
        pages.add(address, length, ownHost, call.argument(5));
    }

    /** Returns whether what the guest changes is to reach the file. */
    boolean reachesFile() {
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
        long refusal = refusal(file.get().host(), offset);
        if (refusal != 0) {
            return InputAnswer.of(refusal);
        }
        memory.map(address, size, Permissions.READ_WRITE);
        filled = true;
        if (reachesFile()) {
            ownHost = files.kernel().call(HostCall.FCNTL, file.get().host(), F_DUPFD_CLOEXEC, 0);
        }
        long length = read(file.get().host(), offset);
        return new InputAnswer(
                length, GuestContent.of(memory, List.of(new Vector(address, size)), length));
    }

    /** Returns the error number with which the host would refuse such a mapping, or 0. */
    private long refusal(int host, long offset) {
        HostKernel kernel = files.kernel();
        long protection = call.argument(2);
        long type = call.argument(3) & MAP_TYPE;
        long trial = kernel.call(HostCall.MMAP, 0, size, protection, type, host, offset);
        return Errno.isError(trial) ? trial : kernel.call(HostCall.MUNMAP, trial, size);
    }

    private long read(int host, long offset) {
        HostKernel kernel = files.kernel();
        long length = Math.clamp(FileStatus.of(kernel, host).size() - offset, 0, size);
        long count = 0;
        long more = 1;
        while (count < length && more > 0) {
            long target = memory.hostAddress(address + count);
            more = kernel.call(HostCall.PREAD64, host, target, length - count, offset + count);
            count += Math.max(0, more);
        }
        return count;
    }
}
