package dev.lockstep.server.diff.events;

import dev.lockstep.server.files.TemporaryFile;
import dev.lockstep.server.run.ConfigException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers that are too many for the heap: a temporary file, mapped piece by piece, and gone when
 * the process is. It is given out in chunks that never move. For one thread at a time.
 */
final class Spool implements AutoCloseable {
    private static final int SLAB_BITS = 19;
    private static final int SLAB_LONGS = 1 << SLAB_BITS;
    private static final long SLAB_BYTES = (long) SLAB_LONGS * Long.BYTES;

    /**
     * Written, not just mapped: a full disk is an exception then, and not the end of the process.
     */
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(1 << 18);

    private final Path directory;
    private final FileChannel file;
    private final Arena arena = Arena.ofShared();
    private final List<MemorySegment> slabs = new ArrayList<>();
    private long used;

    private Spool(Path directory, FileChannel file) {
        this.directory = directory;
        this.file = file;
    }

    /**
     * Returns an empty one.
     *
     * @throws ConfigException if there can be no file in the directory
     */
    static Spool in(Path directory) {
        return new Spool(directory, TemporaryFile.in(directory));
    }

    /** Returns the address of so many longs in a row, at most as many as are in a slab. */
    long allocate(int longCount) {
        long room = slabs.size() * (long) SLAB_LONGS - used;
        if (room < longCount) {
            used = slabs.size() * (long) SLAB_LONGS;
            addSlab();
        }
        long address = used;
        used += longCount;
        return address;
    }

    long get(long address) {
        return slabs.get((int) (address >>> SLAB_BITS))
                .getAtIndex(ValueLayout.JAVA_LONG, address & SLAB_LONGS - 1);
    }

    void put(long address, long value) {
        slabs.get((int) (address >>> SLAB_BITS))
                .setAtIndex(ValueLayout.JAVA_LONG, address & SLAB_LONGS - 1, value);
    }

    private void addSlab() {
        try {
            long start = slabs.size() * SLAB_BYTES;
            for (long at = start; at < start + SLAB_BYTES; ) {
                at += file.write(ZEROS.duplicate(), at);
            }
            slabs.add(file.map(MapMode.READ_WRITE, start, SLAB_BYTES, arena));
        } catch (IOException e) {
            throw TemporaryFile.noRoom(directory, e);
        }
    }

    @Override
    public void close() {
        arena.close();
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Nothing was to be kept.
        }
    }
}
