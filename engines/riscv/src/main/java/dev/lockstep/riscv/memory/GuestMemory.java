package dev.lockstep.riscv.memory;

import static dev.lockstep.riscv.memory.MemoryWindow.BYTE;
import static dev.lockstep.riscv.memory.MemoryWindow.HOST;
import static dev.lockstep.riscv.memory.MemoryWindow.INT;
import static dev.lockstep.riscv.memory.MemoryWindow.LONG;
import static dev.lockstep.riscv.memory.MemoryWindow.SHORT;
import static dev.lockstep.riscv.memory.PageFlags.EXECUTE;
import static dev.lockstep.riscv.memory.PageFlags.KEPT;
import static dev.lockstep.riscv.memory.PageFlags.MAPPED;
import static dev.lockstep.riscv.memory.PageFlags.READ;
import static dev.lockstep.riscv.memory.PageFlags.STATE;
import static dev.lockstep.riscv.memory.PageFlags.STORE_FAST;
import static dev.lockstep.riscv.memory.PageFlags.USED;
import static dev.lockstep.riscv.memory.PageFlags.WATCHED;
import static dev.lockstep.riscv.memory.PageFlags.WRITE;

import dev.lockstep.isa.elf.LinuxLayout;
import dev.lockstep.proto.v1.MappedRange;
import dev.lockstep.riscv.GuestTrap;
import dev.lockstep.riscv.TrapCause;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * The memory of one guest: a flat window {@code [0, sizeBytes)} of pages with permissions.
 *
 * <p>An access the page does not permit throws {@link GuestTrap} and changes nothing; its value is
 * the first byte that may not be accessed. Any alignment is permitted.
 *
 * <p>Permissions are those qemu-user gives on a host whose pages cannot be writable or executable
 * without being readable.
 *
 * <p>Confined to the engine's thread.
 *
 * <p>Hot path: loads and stores run once per guest instruction. A naturally aligned access to a
 * page that needs no care is an index, a flag test and the access; the rest is in {@link
 * #loadSlowly} and {@link #storeSlowly}, so that the compiler inlines what is hot.
 */
public final class GuestMemory implements AutoCloseable {
    /** Bytes of a page. */
    public static final int PAGE_BYTES = 4096;

    /** Largest window: page numbers are then such that {@link MemoryWindow} has flags for them. */
    public static final long MAX_SIZE_BYTES = 1L << 32;

    /** What of it is fast in compiled code: its page numbers, and those after it, fit an int. */
    public static final long FAST_SIZE_BYTES = 1L << 31;

    /** Window of a Linux guest. */
    public static final long LINUX_SIZE_BYTES = LinuxLayout.MEMORY_BYTES;

    /** What the past may take of the host's memory: beyond, the oldest marks are out of reach. */
    public static final long JOURNAL_BYTES = 256 << 20;

    /** What copies of captured pages may take: beyond, what was captured is held no longer. */
    public static final long CAPTURE_BYTES = 1 << 30;

    static final int PAGE_SHIFT = 12;

    private final long base;
    private final MemoryBounds bounds;
    private final long pageCount;
    private final byte[] flags;
    private final PageJournal journal;
    private final MemoryDigest digest;
    private final MemoryCaptures captures;
    private FillListener fillListener = (address, length, source, offset) -> {};
    private CodeListener codeListener = (address, length) -> {};
    private boolean closed;

    /**
     * Reserves a window in which nothing is mapped.
     *
     * @param sizeBytes a positive multiple of {@link #PAGE_BYTES}, at most {@link #MAX_SIZE_BYTES}
     */
    public GuestMemory(long sizeBytes) {
        this(sizeBytes, JOURNAL_BYTES, CAPTURE_BYTES);
    }

    /** Does so with other bounds than {@link #JOURNAL_BYTES} and {@link #CAPTURE_BYTES}. */
    GuestMemory(long sizeBytes, long journalBytes, long captureBytes) {
        bounds = new MemoryBounds(sizeBytes);
        pageCount = bounds.pageCount();
        flags = new byte[MemoryWindow.FLAG_COUNT];
        base = HostMapping.reserveLow(sizeBytes);
        journal = new PageJournal(flags, base, journalBytes);
        digest = new MemoryDigest(flags, base);
        captures = new MemoryCaptures(flags, base, (int) pageCount, captureBytes);
    }

    /** Returns the size of the window. */
    public long sizeBytes() {
        return bounds.sizeBytes();
    }

    /** Returns this memory as compiled code reaches it. */
    public MemoryWindow window() {
        return new MemoryWindow(flags, base, this);
    }

    /** Adds somebody who is told of changed code. */
    public void addCodeListener(CodeListener listener) {
        codeListener = codeListener.andThen(listener);
    }

    /** Has somebody told, instead of who was before, what pages are filled from. */
    public void tellFills(FillListener listener) {
        fillListener = listener;
    }

    /** Returns whom to tell of pages that were filled from a file. */
    public FillListener fills() {
        return fillListener;
    }

    // The index of an access is its page number where it is aligned and inside the window, and
    // larger than any page number otherwise: the shift to the left leaves only misaligning bits.

    public byte loadByte(long address) {
        long index = address >>> PAGE_SHIFT;
        if (Long.compareUnsigned(index, pageCount) < 0 && (flags[(int) index] & READ) != 0) {
            return HOST.get(BYTE, base + address);
        }
        return (byte) loadSlowly(address, Byte.BYTES);
    }

    public short loadShort(long address) {
        long index = (address >>> PAGE_SHIFT) | (address << 63);
        if (Long.compareUnsigned(index, pageCount) < 0 && (flags[(int) index] & READ) != 0) {
            return HOST.get(SHORT, base + address);
        }
        return (short) loadSlowly(address, Short.BYTES);
    }

    public int loadInt(long address) {
        long index = (address >>> PAGE_SHIFT) | (address << 62);
        if (Long.compareUnsigned(index, pageCount) < 0 && (flags[(int) index] & READ) != 0) {
            return HOST.get(INT, base + address);
        }
        return (int) loadSlowly(address, Integer.BYTES);
    }

    public long loadLong(long address) {
        long index = (address >>> PAGE_SHIFT) | (address << 61);
        if (Long.compareUnsigned(index, pageCount) < 0 && (flags[(int) index] & READ) != 0) {
            return HOST.get(LONG, base + address);
        }
        return loadSlowly(address, Long.BYTES);
    }

    public void storeByte(long address, byte value) {
        long index = address >>> PAGE_SHIFT;
        if (Long.compareUnsigned(index, pageCount) < 0 && flags[(int) index] < 0) {
            HOST.set(BYTE, base + address, value);
        } else {
            storeSlowly(address, Byte.BYTES, value);
        }
    }

    public void storeShort(long address, short value) {
        long index = (address >>> PAGE_SHIFT) | (address << 63);
        if (Long.compareUnsigned(index, pageCount) < 0 && flags[(int) index] < 0) {
            HOST.set(SHORT, base + address, value);
        } else {
            storeSlowly(address, Short.BYTES, value);
        }
    }

    public void storeInt(long address, int value) {
        long index = (address >>> PAGE_SHIFT) | (address << 62);
        if (Long.compareUnsigned(index, pageCount) < 0 && flags[(int) index] < 0) {
            HOST.set(INT, base + address, value);
        } else {
            storeSlowly(address, Integer.BYTES, value);
        }
    }

    public void storeLong(long address, long value) {
        long index = (address >>> PAGE_SHIFT) | (address << 61);
        if (Long.compareUnsigned(index, pageCount) < 0 && flags[(int) index] < 0) {
            HOST.set(LONG, base + address, value);
        } else {
            storeSlowly(address, Long.BYTES, value);
        }
    }

    /**
     * Throws the trap that a store of {@code width} bytes would; stores nothing. For what must trap
     * as a store before it loads (AMO).
     */
    public void checkStore(long address, int width) {
        check(address, width, WRITE, TrapCause.STORE_PAGE_FAULT);
    }

    /**
     * Returns the 16 bits of code at {@code pc}, zero-extended.
     *
     * @throws GuestTrap with cause instruction page fault
     */
    public int fetchParcel(long pc) {
        check(pc, Short.BYTES, EXECUTE, TrapCause.INSTRUCTION_PAGE_FAULT);
        return Short.toUnsignedInt(HOST.get(SHORT, base + pc));
    }

    private long loadSlowly(long address, int width) {
        check(address, width, READ, TrapCause.LOAD_PAGE_FAULT);
        return switch (width) {
            case Byte.BYTES -> HOST.get(BYTE, base + address);
            case Short.BYTES -> HOST.get(SHORT, base + address);
            case Integer.BYTES -> HOST.get(INT, base + address);
            default -> HOST.get(LONG, base + address);
        };
    }

    /** Stores with all care, and returns 1 if the store reached watched code, else 0. */
    int storeSlowly(long address, int width, long value) {
        check(address, width, WRITE, TrapCause.STORE_PAGE_FAULT);
        int reached = prepareStore(address, width);
        switch (width) {
            case Byte.BYTES -> HOST.set(BYTE, base + address, (byte) value);
            case Short.BYTES -> HOST.set(SHORT, base + address, (short) value);
            case Integer.BYTES -> HOST.set(INT, base + address, (int) value);
            default -> HOST.set(LONG, base + address, value);
        }
        return reached;
    }

    private void check(long address, int width, int permission, int cause) {
        long permitted = permittedBytes(address, width, permission);
        if (permitted != width) {
            throw new GuestTrap(cause, address + permitted);
        }
    }

    /**
     * Returns how many of the {@code length} bytes from {@code address} on have the permission; 0
     * for a length that is negative.
     */
    private long permittedBytes(long address, long length, int permission) {
        long end = address;
        while (end - address < length
                && Long.compareUnsigned(end >>> PAGE_SHIFT, pageCount) < 0
                && (flags[(int) (end >>> PAGE_SHIFT)] & permission) != 0) {
            end = (end | (PAGE_BYTES - 1)) + 1;
        }
        return Math.clamp(length, 0, end - address);
    }

    private int prepareStore(long address, long length) {
        int reached = 0;
        int last = (int) ((address + length - 1) >>> PAGE_SHIFT);
        for (int page = (int) (address >>> PAGE_SHIFT); page <= last; page++) {
            reached |= flags[page] & WATCHED;
            prepareContentChange(page);
            boolean isWritable = (flags[page] & WRITE) != 0;
            flags[page] |= (byte) (USED | (isWritable ? STORE_FAST : 0));
        }
        return reached == 0 ? 0 : 1;
    }

    /** Has everybody who must know of it know that a page's content is about to change. */
    private void prepareContentChange(int page) {
        journal.keep(page);
        tellOfContentChange(page);
    }

    private void tellOfContentChange(int page) {
        captures.touch(page);
        digest.touch(page);
        unwatch(page);
    }

    private void unwatch(int page) {
        if ((flags[page] & WATCHED) != 0) {
            flags[page] &= ~WATCHED;
            codeListener.codeWritten((long) page << PAGE_SHIFT, PAGE_BYTES);
        }
    }

    /** Has the {@link CodeListener} told of the next change to the mapped pages of this range. */
    public void watchCode(long address, long length) {
        int last = (int) ((address + length - 1) >>> PAGE_SHIFT);
        for (int page = (int) (address >>> PAGE_SHIFT); page <= last; page++) {
            flags[page] = (byte) ((flags[page] & ~STORE_FAST) | WATCHED);
        }
    }

    /** Tells the {@link CodeListener} of all pages that are watched, as if they had changed. */
    public void forgetCode() {
        for (int page = 0; page < pageCount; page++) {
            unwatch(page);
        }
    }

    /** Maps zero-filled pages, replacing what the range held. */
    public void map(long address, long length, Permissions permissions) {
        unmap(address, length);
        setPermissions(address, length, permissions);
    }

    /** Maps those pages of the range that are free: without permissions, so nobody gets them. */
    public void reserve(long address, long length) {
        bounds.checkPages(address, length);
        int end = MemoryBounds.pageAfter(address, length);
        for (int page = (int) (address >>> PAGE_SHIFT); page < end; page++) {
            if ((flags[page] & MAPPED) == 0) {
                journal.keep(page);
                flags[page] |= (byte) MAPPED;
            }
        }
    }

    /** Changes the permissions of pages that are mapped. */
    public void protect(long address, long length, Permissions permissions) {
        if (!isMapped(address, length)) {
            throw new IllegalArgumentException("not mapped: " + MemoryBounds.text(address, length));
        }
        setPermissions(address, length, permissions);
    }

    /** Unmaps the mapped pages of the range. */
    public void unmap(long address, long length) {
        bounds.checkPages(address, length);
        int end = MemoryBounds.pageAfter(address, length);
        for (int page = (int) (address >>> PAGE_SHIFT); page < end; page++) {
            if ((flags[page] & STATE) != 0) {
                clear(page);
            }
        }
    }

    private void clear(int page) {
        boolean isUsed = (flags[page] & USED) != 0;
        prepareContentChange(page);
        if (isUsed) {
            HOST.asSlice(base + ((long) page << PAGE_SHIFT), PAGE_BYTES).fill((byte) 0);
        }
        flags[page] &= (byte) ~(STATE | STORE_FAST);
    }

    /** Writes zeros over what the range holds, whatever the permissions. */
    public void zero(long address, long length) {
        long end = address + length;
        for (long at = address; at < end; at = (at & -PAGE_BYTES) + PAGE_BYTES) {
            int page = (int) (at >>> PAGE_SHIFT);
            if ((flags[page] & USED) != 0) {
                long part = Math.min(end, (at & -PAGE_BYTES) + PAGE_BYTES) - at;
                prepareContentChange(page);
                HOST.asSlice(base + at, part).fill((byte) 0);
            }
        }
    }

    private void setPermissions(long address, long length, Permissions permissions) {
        int bits = PageFlags.of(permissions);
        int end = MemoryBounds.pageAfter(address, length);
        for (int page = (int) (address >>> PAGE_SHIFT); page < end; page++) {
            journal.keep(page);
            unwatch(page);
            flags[page] = (byte) ((flags[page] & (KEPT | USED)) | bits);
        }
    }

    /** Returns whether the whole range lies in the window and nothing is mapped in it. */
    public boolean isFree(long address, long length) {
        if (!isInside(address, length)) {
            return false;
        }
        int page = (int) (address >>> PAGE_SHIFT);
        int end = MemoryBounds.pageAfter(address, length);
        while (page < end && (flags[page] & MAPPED) == 0) {
            page++;
        }
        return page >= end;
    }

    /** Returns whether the whole range lies in the window and is mapped. */
    public boolean isMapped(long address, long length) {
        return isInside(address, length) && permittedBytes(address, length, MAPPED) == length;
    }

    /** Returns the permissions of the page at {@code address}, or empty when none is mapped. */
    public Optional<Permissions> permissions(long address) {
        if (!isMapped(address, 1)) {
            return Optional.empty();
        }
        return Optional.of(PageFlags.permissions(flags[(int) (address >>> PAGE_SHIFT)]));
    }

    /** Returns whether {@code [address, address + length)} lies in the window and does not wrap. */
    public boolean isInside(long address, long length) {
        return bounds.hasInside(address, length);
    }

    /** Returns whether the page at {@code address} may hold other than zeros. */
    public boolean isUsed(long address) {
        return isInside(address, 1) && (flags[(int) (address >>> PAGE_SHIFT)] & USED) != 0;
    }

    /** Returns how many of {@code length} bytes can be read, counted from {@code address}. */
    public long readableBytes(long address, long length) {
        return permittedBytes(address, length, READ);
    }

    /** Returns how many of {@code length} bytes can be written, counted from {@code address}. */
    public long writableBytes(long address, long length) {
        return permittedBytes(address, length, WRITE);
    }

    /**
     * Copies guest memory to {@code bytes} as the kernel would for a system call.
     *
     * @return false, and nothing copied, if part of it cannot be read
     */
    public boolean read(long address, byte[] bytes, int offset, int length) {
        if (readableBytes(address, length) != length) {
            return false;
        }
        // Of nothing at all the address may be anything.
        if (length != 0) {
            MemorySegment.copy(HOST, BYTE, base + address, bytes, offset, length);
        }
        return true;
    }

    /** Copies pages that are mapped to {@code bytes}, whatever the permissions. */
    public void peek(long address, byte[] bytes, int offset, int length) {
        if (!isMapped(address, length)) {
            throw new IllegalArgumentException("not mapped: " + MemoryBounds.text(address, length));
        }
        MemorySegment.copy(HOST, BYTE, base + address, bytes, offset, length);
    }

    /** Copies {@code bytes} to pages that are mapped, whatever the permissions. */
    public void poke(long address, byte[] bytes, int offset, int length) {
        if (!isMapped(address, length)) {
            throw new IllegalArgumentException("not mapped: " + MemoryBounds.text(address, length));
        }
        prepareStore(address, length);
        MemorySegment.copy(bytes, offset, HOST, BYTE, base + address, length);
    }

    /**
     * Copies {@code bytes} to guest memory as the kernel would for a system call.
     *
     * @return false, and nothing copied, if part of it cannot be written
     */
    public boolean write(long address, byte[] bytes, int offset, int length) {
        if (writableBytes(address, length) != length) {
            return false;
        }
        if (length != 0) {
            prepareStore(address, length);
            MemorySegment.copy(bytes, offset, HOST, BYTE, base + address, length);
        }
        return true;
    }

    /** Returns where the host has a byte of guest memory, for its kernel to read. */
    public long hostAddress(long address) {
        return base + address;
    }

    /**
     * Returns where the host has {@code length} bytes of guest memory, for its kernel to write some
     * of them, whatever the permissions.
     */
    public long hostAddressToFill(long address, long length) {
        if (length > 0) {
            prepareStore(address, length);
        }
        return base + address;
    }

    /**
     * Returns the length of the zero-terminated string at {@code address}.
     *
     * @param limit how many bytes are looked at; it is the length if none of them is zero
     * @return -1 if the string cannot be read whole
     */
    public long stringLength(long address, long limit) {
        long readable = readableBytes(address, limit);
        for (long length = 0; length < readable; length++) {
            if (HOST.get(BYTE, base + address + length) == 0) {
                return length;
            }
        }
        return readable == limit ? limit : -1;
    }

    /** Calls {@code action} with the address of every page that may hold other than zeros. */
    public void forEachUsedPage(LongConsumer action) {
        for (int page = 0; page < pageCount; page++) {
            if ((flags[page] & USED) != 0) {
                action.accept((long) page << PAGE_SHIFT);
            }
        }
    }

    /**
     * Makes the present content and permissions something that can be come back to. From then on,
     * and only then, what pages were is kept when they change, inside the bound given.
     *
     * @return the number of the mark, larger than all before
     */
    public long mark() {
        return journal.mark((int) pageCount);
    }

    /** Returns whether memory can go back to a mark: it was not forgotten, and fits the bound. */
    public boolean isReachable(long mark) {
        return journal.isReachable(mark);
    }

    /**
     * Makes content and permissions what they were at a mark, and forgets all later marks. Watched
     * pages that change by this are told to the {@link CodeListener}.
     *
     * @param mark one in reach; it stays so
     */
    public void goBackTo(long mark) {
        journal.goBackTo(mark, this::tellOfContentChange);
    }

    /** Returns whether so much is kept that there should be a new mark soon. */
    public boolean isJournalFilling() {
        return journal.isFilling();
    }

    /** Forgets the marks before {@code mark}, and what was kept for them. */
    public void forgetBefore(long mark) {
        journal.forgetBefore(mark);
    }

    /**
     * Calls {@code action} with the address of every page that holds something else than at a mark,
     * in ascending order. What is not mapped holds zeros.
     *
     * @param mark one in reach
     */
    public void forEachChangedPage(long mark, LongConsumer action) {
        journal.changedSince(mark).stream()
                .forEach(page -> action.accept((long) page << PAGE_SHIFT));
    }

    /** Returns XXH3-64 of the page at {@code address}, or 0 when none is mapped. */
    public long pageHash(long address) {
        return isMapped(address, 1) ? digest.hash((int) (address >>> PAGE_SHIFT)) : 0;
    }

    /**
     * Returns the digest of all mapped memory (docs/protocol.md, "State digests"): the sum of
     * {@code mix(XXH3-64(page)) * constant(page address, 0)} over the pages that hold other than
     * zero. Once there is a mark, it looks only at pages changed since it was computed last.
     */
    public long digest() {
        return journal.isKeeping() || digest.remembers()
                ? digest.compute((int) pageCount)
                : digest.computeOnce((int) pageCount);
    }

    /**
     * Has another thread know what memory is now; takes as long as a look at the flags of all
     * pages. While what was captured is held, the first store to a page takes the time of a copy of
     * it.
     *
     * @throws CaptureException if what was captured before is still held
     */
    public CapturedMemory capture() {
        return captures.capture();
    }

    /**
     * Maps what was captured elsewhere; see {@link MemoryRestoration#begin}. Nothing should be
     * executed before the contents of all pages are there.
     */
    public MemoryRestoration restore(List<MappedRange> mappings) {
        return MemoryRestoration.begin(this, mappings);
    }

    /** Gives the memory back to the host; every later access traps. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Arrays.fill(flags, (byte) 0);
            captures.close();
            journal.close();
            HostMapping.release(base, bounds.sizeBytes());
        }
    }
}
