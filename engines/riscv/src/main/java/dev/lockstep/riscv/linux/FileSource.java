package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;
import dev.lockstep.riscv.memory.PageSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** An open file of the host that guest memory was filled from. */
final class FileSource implements PageSource {
    private final String name;
    private final long host;

    /** Guarded by this object: who looks at sources is not the guest's thread. */
    private final HostKernel kernel = new HostKernel();

    /**
     * @param host a descriptor of its own
     */
    FileSource(String name, long host) {
        this.name = name;
        this.host = host;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Object version() {
        return status().version();
    }

    @Override
    public long lengthBytes() {
        return status().size();
    }

    private synchronized FileStatus status() {
        return FileStatus.of(kernel, host);
    }

    @Override
    public synchronized boolean read(long offset, byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(bytes.length);
            long count = 0;
            long more = 1;
            while (count < bytes.length && more > 0) {
                long place = buffer.address() + count;
                more =
                        kernel.call(
                                HostCall.PREAD64,
                                host,
                                place,
                                bytes.length - count,
                                offset + count);
                count += Math.max(0, more);
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, (int) count);
            Arrays.fill(bytes, (int) count, bytes.length, (byte) 0);
            return !Errno.isError(more);
        }
    }
}
