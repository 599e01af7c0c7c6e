package dev.lockstep.riscv.memory;

/**
 * The bits of a page's byte of flags.
 *
 * <p>A page whose byte is negative can be stored to without care: {@link #STORE_FAST} is the sign.
 */
final class PageFlags {
    static final int MAPPED = 1;
    static final int READ = 1 << 1;
    static final int WRITE = 1 << 2;
    static final int EXECUTE = 1 << 3;

    /** The page was watched since a store last reached it. */
    static final int WATCHED = 1 << 4;

    /** {@link PageJournal} has, if anything, what the page was at the newest mark. */
    static final int KEPT = 1 << 5;

    /** The content may be other than zero. */
    static final int USED = 1 << 6;

    /** Writable, kept, used, not watched, and known to be changed: a store changes no flag. */
    static final int STORE_FAST = 1 << 7;

    /** What a page is, rather than what is known of it. */
    static final int STATE = MAPPED | READ | WRITE | EXECUTE | USED;

    /** What a guest may do with a page, or that it has none. */
    static final int MAPPING = MAPPED | READ | WRITE | EXECUTE;

    private PageFlags() {}

    /** Returns the bits of a mapped page with these permissions. */
    static int of(Permissions permissions) {
        boolean any = permissions.read() || permissions.write() || permissions.execute();
        return MAPPED
                | (any ? READ : 0)
                | (permissions.write() ? WRITE : 0)
                | (permissions.execute() ? EXECUTE : 0);
    }

    /** Returns permissions as they travel: 1 to read, 2 to write, 4 to execute. */
    static int permissionBits(int flags) {
        return (flags & (READ | WRITE | EXECUTE)) / READ;
    }

    static Permissions permissions(int flags) {
        return new Permissions((flags & READ) != 0, (flags & WRITE) != 0, (flags & EXECUTE) != 0);
    }
}
