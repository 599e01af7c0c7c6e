package dev.lockstep.riscv.linux;

import dev.lockstep.riscv.host.HostCall;
import dev.lockstep.riscv.host.HostKernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;

/**
 * What the host's statx tells of a file.
 *
 * <pre>
 * | mask u32 | blksize u32 | attributes u64 | nlink u32 | uid u32 | gid u32 | mode u16 | pad u16 |
 * | ino u64 | size u64 | blocks u64 | attribute mask u64 |
 * | accessed, born, changed, modified: 4 x (seconds i64, nanoseconds u32, pad u32) |
 * | rdev major, minor u32 | dev major, minor u32 | … to 256 |      linux/stat.h, every processor
 * </pre>
 */
final class FileStatus {
    static final int STATX_BYTES = 256;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_BASIC = 0x7ff;

    private static final int STAT_BYTES = 128;

    private static final int BLOCK_SIZE_OFFSET = 4;
    private static final int LINKS_OFFSET = 16;
    private static final int USER_OFFSET = 20;
    private static final int GROUP_OFFSET = 24;
    private static final int MODE_OFFSET = 28;
    private static final int INODE_OFFSET = 32;
    private static final int SIZE_OFFSET = 40;
    private static final int BLOCKS_OFFSET = 48;
    private static final int ACCESSED_OFFSET = 64;
    private static final int CHANGED_OFFSET = 96;
    private static final int MODIFIED_OFFSET = 112;
    private static final int SPECIAL_DEVICE_OFFSET = 128;
    private static final int DEVICE_OFFSET = 136;

    /** Behind it stands what qemu-user 7.2 does not know and leaves zero. */
    private static final int KNOWN_BYTES = DEVICE_OFFSET + 2 * Integer.BYTES;

    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;
    private static final int REGULAR = 0100000;
    private static final int DIRECTORY = 0040000;

    private final ByteBuffer statx;

    private FileStatus(byte[] statx) {
        this.statx = ByteBuffer.wrap(statx).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Returns the status in what statx has written. */
    static FileStatus of(MemorySegment statx) {
        return new FileStatus(statx.toArray(ValueLayout.JAVA_BYTE));
    }

    /** Returns the status of one of the host's descriptors. */
    static FileStatus of(HostKernel kernel, long host) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment statx = arena.allocate(STATX_BYTES);
            long noPath = arena.allocate(1).address();
            kernel.call(HostCall.STATX, host, noPath, AT_EMPTY_PATH, STATX_BASIC, statx.address());
            return of(statx);
        }
    }

    /** Returns whether there is such a file. */
    boolean exists() {
        return type() != 0;
    }

    boolean isRegular() {
        return type() == REGULAR;
    }

    boolean isFifo() {
        return type() == FIFO;
    }

    /** Returns whether nobody else's doing can hold up who reads or writes it. */
    boolean isAtHand() {
        return type() == REGULAR || type() == DIRECTORY || isNullDevice();
    }

    boolean isDirectory() {
        return type() == DIRECTORY;
    }

    boolean isDevice() {
        return type() == CHARACTER_DEVICE || type() == BLOCK_DEVICE;
    }

    boolean isNullDevice() {
        return type() == CHARACTER_DEVICE && specialDevice() == device(1, 3);
    }

    /** What tells one file of the host from all others that are open. */
    record Identity(long device, long inode) {}

    Identity identity() {
        return new Identity(device(), inode());
    }

    /** What is another, as far as one can tell, once the content is. */
    record Version(Identity file, long size, ByteBuffer times) {}

    Version version() {
        int length = SPECIAL_DEVICE_OFFSET - CHANGED_OFFSET;
        return new Version(identity(), size(), statx.slice(CHANGED_OFFSET, length));
    }

    /** Returns when anything about it changed last, by the host's clock. */
    Instant changed() {
        return Instant.ofEpochSecond(
                statx.getLong(CHANGED_OFFSET), statx.getInt(CHANGED_OFFSET + Long.BYTES));
    }

    /** Returns the number of links; 0 for a file that has lost all its names. */
    int links() {
        return statx.getInt(LINKS_OFFSET);
    }

    long size() {
        return statx.getLong(SIZE_OFFSET);
    }

    private int type() {
        return statx.getShort(MODE_OFFSET) & TYPE;
    }

    private long inode() {
        return statx.getLong(INODE_OFFSET);
    }

    private long device() {
        return device(DEVICE_OFFSET);
    }

    private long specialDevice() {
        return device(SPECIAL_DEVICE_OFFSET);
    }

    private long device(int offset) {
        return device(statx.getInt(offset), statx.getInt(offset + Integer.BYTES));
    }

    // linux/kdev_t.h, new_encode_dev.
    private static long device(int major, int minor) {
        return (minor & 0xff) | ((long) major << 8) | ((minor & ~0xffL) << 12);
    }

    /* | dev u64 | ino u64 | mode u32 | nlink u32 | uid u32 | gid u32 | rdev u64 | pad u64 | size i64
    | blksize i32 | pad u32 | blocks i64 | 3 x (seconds i64, nanoseconds u64) | unused u64 |
    asm-generic/stat.h */
    byte[] stat() {
        Struct stat = Struct.ofBytes(STAT_BYTES);
        stat.i64(device()).i64(inode());
        stat.i32(Short.toUnsignedInt(statx.getShort(MODE_OFFSET))).i32(links());
        stat.i32(statx.getInt(USER_OFFSET)).i32(statx.getInt(GROUP_OFFSET));
        stat.i64(specialDevice()).i64(0).i64(size());
        stat.i32(statx.getInt(BLOCK_SIZE_OFFSET)).i32(0).i64(statx.getLong(BLOCKS_OFFSET));
        for (int time : new int[] {ACCESSED_OFFSET, MODIFIED_OFFSET, CHANGED_OFFSET}) {
            stat.i64(statx.getLong(time)).i64(statx.getInt(time + Long.BYTES));
        }
        return stat.bytes();
    }

    byte[] statx() {
        return Arrays.copyOf(Arrays.copyOf(statx.array(), KNOWN_BYTES), STATX_BYTES);
    }
}
