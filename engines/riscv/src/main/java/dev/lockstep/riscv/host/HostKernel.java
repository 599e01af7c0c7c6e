package dev.lockstep.riscv.host;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/**
 * Asks the kernel of the host, without a library in between that would have an opinion of its own.
 * Addresses are those of the host. Confined to one thread at a time.
 */
public final class HostKernel {
    private static final int ARGUMENTS = 6;
    private static final long EINTR = -4;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO = STATE.byteOffset(PathElement.groupElement("errno"));

    /** Linked once for all calls: every shape of a function costs a new process 50 ms. */
    private static final MethodHandle SYSCALL = link();

    private final HostArchitecture architecture =
            HostArchitecture.of(System.getProperty("os.arch"));
    private final MemorySegment state = Arena.ofAuto().allocate(STATE);

    private static MethodHandle link() {
        ValueLayout.OfLong word = ValueLayout.JAVA_LONG;
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup()
                        .find("syscall")
                        .orElseThrow(() -> new IllegalStateException("the host has no syscall")),
                FunctionDescriptor.of(word, word, word, word, word, word, word, word),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Makes a call, again if a signal of the host interrupted it, which is never the guest's.
     *
     * @param arguments at most six
     * @return the result, or the negative error number
     */
    public long call(HostCall call, long... arguments) {
        long[] all = Arrays.copyOf(arguments, ARGUMENTS);
        long result;
        do {
            result = invoke(architecture.number(call), all);
            // Linux has closed the file even when it says that it was interrupted.
        } while (result == EINTR && call != HostCall.CLOSE);
        return result;
    }

    /** Returns the flags of open as the host has them, those of RISC-V given. */
    public long openFlags(long flags) {
        return architecture.openFlags(flags);
    }

    /** Returns the flags of open as RISC-V has them, those of the host given. */
    public long guestOpenFlags(long flags) {
        return architecture.guestOpenFlags(flags);
    }

    /** Returns where struct epoll_event has its 64 bits of data; it ends behind them. */
    public int epollDataOffset() {
        return architecture.epollDataOffset();
    }

    private long invoke(long number, long[] a) {
        try {
            long result =
                    (long) SYSCALL.invokeExact(state, number, a[0], a[1], a[2], a[3], a[4], a[5]);
            return result == -1 ? -state.get(ValueLayout.JAVA_INT, ERRNO) : result;
        } catch (Throwable e) {
            throw new IllegalStateException("syscall " + number + " cannot be made", e);
        }
    }
}
