package dev.lockstep.riscv.memory;

/** What a guest may do with a page. */
public record Permissions(boolean read, boolean write, boolean execute) {
    public static final Permissions NONE = new Permissions(false, false, false);
    public static final Permissions READ = new Permissions(true, false, false);
    public static final Permissions READ_WRITE = new Permissions(true, true, false);
    public static final Permissions READ_EXECUTE = new Permissions(true, false, true);
    public static final Permissions ALL = new Permissions(true, true, true);

    /** Returns those that travel as a number: 1 to read, 2 to write, 4 to execute. */
    static Permissions ofBits(int bits) {
        return new Permissions((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0);
    }
}
