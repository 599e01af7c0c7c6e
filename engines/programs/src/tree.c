// tree: makes a small tree of files in a new directory under /tmp, moves and links in it, walks
// it, and removes it. Nobody else's files are touched and nothing is left behind.
#include "rt/rt.h"

enum { AT_FDCWD = -100, AT_REMOVEDIR = 0x200, AT_SYMLINK_NOFOLLOW = 0x100 };
enum { O_WRONLY = 1, O_CREAT = 0100, O_DIRECTORY = 0200000, RENAME_NOREPLACE = 1 };
enum { EEXIST = 17, ENTRIES_MAX = 32, PATH_SIZE = 256 };
enum { TYPE = 0170000, TYPE_DIRECTORY = 0040000, TYPE_LINK = 0120000 };

// asm-generic/stat.h
typedef struct {
    uint64_t device, inode;
    uint32_t mode, links, user, group;
    uint64_t special, pad;
    int64_t size;
    int32_t block_size, pad2;
    int64_t blocks, times[6], unused;
} Status;

// linux/dirent.h
typedef struct {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
} Entry;

static void expect(const char *what, long result, long expected) {
    if (result != expected)
        fail(what, result);
}

static void make_file(const char *path, const char *text) {
    long file = SYSCALL4(SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY, 0640);
    expect(path, SYSCALL3(SYS_write, file, text, text_length(text)), (long)text_length(text));
    SYSCALL1(SYS_close, file);
}

static void make_directory(const char *path) {
    expect(path, SYSCALL3(SYS_mkdirat, AT_FDCWD, path, 0750), 0);
}

static void build(void) {
    make_directory("fruit");
    make_directory("fruit/red");
    make_file("fruit/apple", "an apple");
    make_file("fruit/red/cherry", "two cherries");
    make_file("stone", "");
    expect("symlink", SYSCALL3(SYS_symlinkat, "../stone", AT_FDCWD, "fruit/core"), 0);
    expect("link", SYSCALL5(SYS_linkat, AT_FDCWD, "fruit/apple", AT_FDCWD, "pear", 0), 0);
    expect("rename", SYSCALL5(SYS_renameat2, AT_FDCWD, "fruit/red", AT_FDCWD, "berries", 0), 0);
    expect("rename over",
           SYSCALL5(SYS_renameat2, AT_FDCWD, "stone", AT_FDCWD, "pear", RENAME_NOREPLACE),
           -EEXIST);
}

// Fills names, sorted, from the entries of the current directory; returns how many there are.
static int list(char names[ENTRIES_MAX][PATH_SIZE]) {
    static char buffer[256]; // Small, so that it takes several calls.
    int count = 0;
    long directory = SYSCALL4(SYS_openat, AT_FDCWD, ".", O_DIRECTORY, 0);
    for (;;) {
        long size = SYSCALL3(SYS_getdents64, directory, buffer, sizeof buffer);
        if (size < 0)
            fail("getdents64", size);
        if (size == 0)
            break;
        for (long at = 0; at < size; at += ((Entry *)(buffer + at))->length) {
            const char *name = ((Entry *)(buffer + at))->name;
            if (text_equals(name, ".") || text_equals(name, ".."))
                continue;
            int place = count++;
            while (place > 0 && memcmp(names[place - 1], name, text_length(name) + 1) > 0) {
                memcpy(names[place], names[place - 1], PATH_SIZE);
                place--;
            }
            memcpy(names[place], name, text_length(name) + 1);
        }
    }
    SYSCALL1(SYS_close, directory);
    return count;
}

static void show(int depth, const char *name, const Status *status) {
    print("%d %-8s mode %d%d%d, ", (long)depth, name, (long)(status->mode >> 6 & 7),
          (long)(status->mode >> 3 & 7), (long)(status->mode & 7));
    if ((status->mode & TYPE) == TYPE_LINK) {
        char target[PATH_SIZE] = "";
        SYSCALL4(SYS_readlinkat, AT_FDCWD, name, target, sizeof target - 1);
        print("to %s\n", target);
    } else if ((status->mode & TYPE) == TYPE_DIRECTORY) {
        print("directory\n");
    } else {
        print("%d links, %d bytes\n", (long)status->links, (long)status->size);
    }
}

// Walks the current directory, showing or removing what is there.
static void walk(int depth, int removing) {
    char names[ENTRIES_MAX][PATH_SIZE];
    int count = list(names);
    for (int i = 0; i < count; i++) {
        Status status;
        expect("fstatat",
               SYSCALL4(SYS_newfstatat, AT_FDCWD, names[i], &status, AT_SYMLINK_NOFOLLOW), 0);
        int is_directory = (status.mode & TYPE) == TYPE_DIRECTORY;
        if (!removing)
            show(depth, names[i], &status);
        if (is_directory) {
            expect("chdir", SYSCALL1(SYS_chdir, names[i]), 0);
            walk(depth + 1, removing);
            expect("chdir", SYSCALL1(SYS_chdir, ".."), 0);
        }
        if (removing)
            expect(names[i],
                   SYSCALL3(SYS_unlinkat, AT_FDCWD, names[i], is_directory ? AT_REMOVEDIR : 0), 0);
    }
}

int main(void) {
    char home[64] = "/tmp/lockstep-tree-";
    size_t end = text_length(home);
    for (long id = SYSCALL0(SYS_getpid); id > 0; id /= 10)
        home[end++] = (char)('0' + id % 10);
    SYSCALL1(SYS_umask, 022);
    long start = SYSCALL4(SYS_openat, AT_FDCWD, ".", O_DIRECTORY, 0);
    make_directory(home);
    expect("chdir", SYSCALL1(SYS_chdir, home), 0);
    char found[PATH_SIZE];
    expect("getcwd", SYSCALL2(SYS_getcwd, found, sizeof found), (long)text_length(home) + 1);
    build();
    walk(0, 0);
    walk(0, 1);
    expect("fchdir", SYSCALL1(SYS_fchdir, start), 0);
    expect("rmdir", SYSCALL3(SYS_unlinkat, AT_FDCWD, home, AT_REMOVEDIR), 0);
    print("all removed\n");
    return 0;
}
