package dev.lockstep.riscv.snapshot;

import static dev.lockstep.riscv.memory.GuestMemory.PAGE_BYTES;

import java.util.Arrays;

/** Paged memory from address 0 on, in arrays. */
final class FlatPagedMemory implements PagedMemory {
    private final byte[] content;
    private final byte[] flags;

    FlatPagedMemory(int pageCount) {
        content = new byte[pageCount * PAGE_BYTES];
        flags = new byte[pageCount];
    }

    @Override
    public long pageCount() {
        return flags.length;
    }

    @Override
    public int flags(long page) {
        return flags[index(page)];
    }

    @Override
    public void setFlags(long page, int added) {
        flags[index(page)] |= (byte) added;
    }

    @Override
    public void clearFlags(long page, int removed) {
        flags[index(page)] &= (byte) ~removed;
    }

    private int index(long page) {
        if (Long.compareUnsigned(page, flags.length) >= 0) {
            throw new SnapshotException(
                    SnapshotFault.OUT_OF_BOUND,
                    "page 0x%x (expected: below 0x%x)".formatted(page, flags.length));
        }
        return (int) page;
    }

    @Override
    public void store(long address, byte[] bytes) {
        if (bytes.length != 0) {
            checkWritable(address, bytes.length);
            write(address, bytes);
        }
    }

    // Page by page, so that the first one decides what is wrong.
    private void checkWritable(long address, int length) {
        long last = PageSpan.of(address, length).last();
        for (long page = PageSpan.of(address, length).first(); page <= last; page++) {
            if ((flags(page) & EXECUTABLE) != 0) {
                throw new SnapshotException(
                        SnapshotFault.WRITE_ON_EXECUTABLE,
                        "store to 0x%x of 0x%x bytes (expected: no page that may be executed)"
                                .formatted(address, length));
            }
        }
    }

    private void write(long address, byte[] bytes) {
        System.arraycopy(bytes, 0, content, (int) address, bytes.length);
        PageSpan span = PageSpan.of(address, bytes.length);
        for (long page = span.first(); page <= span.last(); page++) {
            setFlags(page, DIRTY);
        }
    }

    @Override
    public byte[] load(long address, int length) {
        if (length != 0) {
            index(PageSpan.of(address, length).last());
        }
        return Arrays.copyOfRange(content, (int) address, (int) address + length);
    }

    /**
     * Gives a segment of a program its flags and content, zeros around it, whatever the flags.
     *
     * @param file what is loaded, from its first byte on
     * @throws SnapshotException if the segment is not whole pages inside the memory
     */
    void load(LoadingAction action, byte[] file) {
        if ((action.address() | action.size()) % PAGE_BYTES != 0) {
            throw new SnapshotException(
                    SnapshotFault.PAGE_UNALIGNED,
                    "segment at 0x%x of 0x%x bytes (expected: whole pages)"
                            .formatted(action.address(), action.size()));
        }
        byte[] segment = segment(action, file);
        PageSpan span = PageSpan.of(action.address(), segment.length);
        index(span.last());
        for (long page = span.first(); page <= span.last(); page++) {
            setFlags(page, action.flags());
        }
        write(action.address(), segment);
    }

    private static byte[] segment(LoadingAction action, byte[] file) {
        byte[] segment = new byte[(int) action.size()];
        System.arraycopy(
                file,
                (int) action.sourceStart(),
                segment,
                (int) action.offsetFromAddress(),
                (int) action.filledBytes());
        return segment;
    }

    @Override
    public void refill(Runnable filling) {
        byte[] oldContent = content.clone();
        byte[] oldFlags = flags.clone();
        Arrays.fill(content, (byte) 0);
        Arrays.fill(flags, (byte) 0);
        try {
            filling.run();
        } catch (SnapshotException e) {
            System.arraycopy(oldContent, 0, content, 0, content.length);
            System.arraycopy(oldFlags, 0, flags, 0, flags.length);
            throw e;
        }
    }
}
