package dev.lockstep.riscv.linux;

/**
 * Signal numbers (asm-generic/signal.h) and sets of them: bit {@code n - 1} stands for signal n.
 */
final class Signal {
    static final int ILL = 4;
    static final int TRAP = 5;
    static final int BUS = 7;
    static final int FPE = 8;
    static final int KILL = 9;
    static final int SEGV = 11;
    static final int PIPE = 13;
    static final int ALRM = 14;
    static final int CHLD = 17;
    static final int CONT = 18;
    static final int STOP = 19;
    static final int TSTP = 20;
    static final int TTIN = 21;
    static final int TTOU = 22;
    static final int URG = 23;
    static final int WINCH = 28;
    static final int SYS = 31;

    /** First of the signals that queue up; the lower ones are remembered once. */
    static final int FIRST_REALTIME = 32;

    static final int COUNT = 64;

    /** Bytes of a set in guest memory. */
    static final int SET_BYTES = Long.BYTES;

    /** The signals that qemu-user can send and block: it has no room for the last two. */
    static final long USABLE = -1L >>> 2;

    /** Signals that nothing can block, ignore or handle. */
    static final long FIXED = bit(KILL) | bit(STOP);

    static final long IGNORED_BY_DEFAULT = bit(CHLD) | bit(CONT) | bit(URG) | bit(WINCH);

    static final long STOPPING_BY_DEFAULT = bit(STOP) | bit(TSTP) | bit(TTIN) | bit(TTOU);

    /** Signals of the process's own making, which are taken first. */
    static final long SYNCHRONOUS =
            bit(SEGV) | bit(BUS) | bit(ILL) | bit(TRAP) | bit(FPE) | bit(SYS);

    private Signal() {}

    static long bit(int signal) {
        return 1L << (signal - 1);
    }

    static boolean isIn(int signal, long set) {
        return (set & bit(signal)) != 0;
    }

    /** Returns whether there is such a signal. */
    static boolean isValid(int signal) {
        return signal >= 1 && signal <= COUNT;
    }

    /** Returns whether a signal can be sent; 0 stands for none, which can. */
    static boolean isSendable(int signal) {
        return signal == 0 || (isValid(signal) && isIn(signal, USABLE));
    }

    /** Returns the signal of a set that is not empty which Linux takes first. */
    static int first(long set) {
        long urgent = (set & SYNCHRONOUS) != 0 ? set & SYNCHRONOUS : set;
        return Long.numberOfTrailingZeros(urgent) + 1;
    }
}
