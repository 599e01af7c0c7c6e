package dev.lockstep.riscv;

/**
 * Unwinds from the middle of an instruction that cannot complete. Carries no stack trace: it is
 * part of the guest's behaviour, not an error of ours.
 */
public final class GuestTrap extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int cause;
    private final long value;

    /**
     * @param cause one of {@link TrapCause}
     * @param value what {@link Hart#trapValue} will say
     */
    public GuestTrap(int cause, long value) {
        super(null, null, false, false);
        this.cause = cause;
        this.value = value;
    }

    /** Returns the cause, one of {@link TrapCause}. */
    public int cause() {
        return cause;
    }

    /** Returns the faulting address or the offending bits. */
    public long value() {
        return value;
    }

    @Override
    public String getMessage() {
        return TrapCause.name(cause) + ": value=0x" + Long.toHexString(value);
    }
}
