package dev.lockstep.riscv.memory;

/** What a guest may do with a page. */
public record Permissions(boolean read, boolean write, boolean execute) {
    public static final Permissions NONE = new Permissions(false, false, false);
    public static final Permissions READ = new Permissions(true, false, false);
    public static final Permissions READ_WRITE = new Permissions(true, true, false);
    public static final Permissions READ_EXECUTE = new Permissions(true, false, true);
    public static final Permissions ALL = new Permissions(true, true, true);
}
