package dev.lockstep.riscv.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;

/** What stat tells of a file. */
record FileStatus(
        long device,
        long inode,
        int mode,
        int links,
        int user,
        int group,
        long specialDevice,
        long size,
        Instant accessed,
        Instant modified,
        Instant changed) {

    private static final int BLOCK_BYTES = 4096;
    private static final int SECTORS_PER_BLOCK = 8;
    private static final int STAT_BYTES = 128;
    private static final int STATX_BYTES = 256;
    private static final int STATX_BASIC = 0x7ff;

    private static final int TYPE = 0170000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int DIRECTORY = 0040000;
    private static final int REGULAR = 0100000;

    static FileStatus of(Path path, boolean followLinks) throws IOException {
        LinkOption[] options =
                followLinks ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        Map<String, Object> values = Files.readAttributes(path, "unix:*", options);
        return new FileStatus(
                number(values, "dev"),
                number(values, "ino"),
                (int) number(values, "mode"),
                (int) number(values, "nlink"),
                (int) number(values, "uid"),
                (int) number(values, "gid"),
                number(values, "rdev"),
                number(values, "size"),
                time(values, "lastAccessTime"),
                time(values, "lastModifiedTime"),
                time(values, "ctime"));
    }

    private static long number(Map<String, Object> values, String name) {
        return values.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static Instant time(Map<String, Object> values, String name) {
        return values.get(name) instanceof FileTime time ? time.toInstant() : Instant.EPOCH;
    }

    FileStatus withSize(long newSize) {
        return new FileStatus(
                device,
                inode,
                mode,
                0,
                user,
                group,
                specialDevice,
                newSize,
                accessed,
                modified,
                changed);
    }

    boolean isRegular() {
        return (mode & TYPE) == REGULAR;
    }

    boolean isDirectory() {
        return (mode & TYPE) == DIRECTORY;
    }

    /** Returns whether it is a terminal: a character device of the tty or pty drivers. */
    boolean isTerminal() {
        long major = major(specialDevice);
        return (mode & TYPE) == CHARACTER_DEVICE
                && (major == 4 || major == 5 || (major >= 136 && major <= 143));
    }

    // Java does not tell how many blocks a file has: as many as its size needs.
    private long sectors() {
        return isRegular() || isDirectory()
                ? (size + BLOCK_BYTES - 1) / BLOCK_BYTES * SECTORS_PER_BLOCK
                : 0;
    }

    /* | dev u64 | ino u64 | mode u32 | nlink u32 | uid u32 | gid u32 | rdev u64 | pad u64 | size i64
    | blksize i32 | pad u32 | blocks i64 | 3 x (seconds i64, nanoseconds u64) | unused u64 |
    asm-generic/stat.h */
    byte[] stat() {
        Struct stat = Struct.ofBytes(STAT_BYTES);
        stat.i64(device).i64(inode).i32(mode).i32(links).i32(user).i32(group);
        stat.i64(specialDevice).i64(0).i64(size);
        stat.i32(BLOCK_BYTES).i32(0).i64(sectors());
        for (Instant time : new Instant[] {accessed, modified, changed}) {
            stat.i64(time.getEpochSecond()).i64(time.getNano());
        }
        return stat.bytes();
    }

    /* | mask u32 | blksize u32 | attributes u64 | nlink u32 | uid u32 | gid u32 | mode u16 | pad u16
    | ino u64 | size u64 | blocks u64 | attribute mask u64 | 4 x (seconds i64, nanoseconds u32, pad)
    | rdev 2 x u32 | dev 2 x u32 | … to 256 |   linux/stat.h; the second time, of creation, is 0 */
    byte[] statx() {
        Struct statx = Struct.ofBytes(STATX_BYTES);
        statx.i32(STATX_BASIC).i32(BLOCK_BYTES).i64(0);
        statx.i32(links).i32(user).i32(group).i16(mode).i16(0);
        statx.i64(inode).i64(size).i64(sectors()).i64(0);
        for (Instant time : new Instant[] {accessed, Instant.EPOCH, changed, modified}) {
            statx.i64(time.getEpochSecond()).i32(time.getNano()).i32(0);
        }
        statx.i32((int) major(specialDevice)).i32((int) minor(specialDevice));
        statx.i32((int) major(device)).i32((int) minor(device));
        return statx.bytes();
    }

    // linux/kdev_t.h, the 64-bit encoding of glibc.
    private static long major(long device) {
        return ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
    }

    private static long minor(long device) {
        return (device & 0xff) | ((device >>> 12) & 0xffffff00L);
    }
}
