/* Which calls look an absolute path up in the sysroot; /in-the-sysroot is there and nowhere else. */
#define _GNU_SOURCE
#include "raw.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#define FOLDER "/in-the-sysroot"
#define FILE_THERE FOLDER "/file"
#define LINK_THERE FOLDER "/link"

static void say(const char *call, long result) { printf("%s: %ld\n", call, result < 0 ? result : 0); }

static void content(const char *path) {
    char text[100] = "";
    int file = open(path, O_RDONLY);
    printf("%s: %ld %s\n", path, file < 0 ? -1 : (long)read(file, text, sizeof text - 1), text);
    close(file);
}

int main(int count, char **arguments) {
    char buffer[4096];
    struct stat s;
    struct statfs f;
    content(FILE_THERE);
    content(LINK_THERE);
    content(FOLDER "/../in-the-sysroot/file");
    content("in-the-sysroot/file");
    say("openat folder", RAW(SYS_openat, AT_FDCWD, FOLDER, O_RDONLY | O_DIRECTORY));
    say("create", RAW(SYS_openat, AT_FDCWD, FOLDER "/new", O_CREAT | O_WRONLY, 0644));
    say("readlinkat", RAW(SYS_readlinkat, AT_FDCWD, LINK_THERE, buffer, sizeof buffer));
    say("newfstatat", RAW(SYS_newfstatat, AT_FDCWD, FILE_THERE, &s, 0));
    say("statfs", RAW(SYS_statfs, FOLDER, &f));
    say("utimensat", RAW(SYS_utimensat, AT_FDCWD, FILE_THERE, NULL, 0));
    say("faccessat", RAW(SYS_faccessat, AT_FDCWD, FILE_THERE, 0));
    say("statx", RAW(SYS_statx, AT_FDCWD, FILE_THERE, 0, 0x7ff, buffer));
    say("getxattr", RAW(SYS_getxattr, FILE_THERE, "user.none", buffer, 10));
    say("truncate", RAW(SYS_truncate, FILE_THERE, 3));
    say("fchmodat", RAW(SYS_fchmodat, AT_FDCWD, FILE_THERE, 0644));
    say("renameat2", RAW(SYS_renameat2, AT_FDCWD, FILE_THERE, AT_FDCWD, FOLDER "/other", 0));
    say("mkdirat", RAW(SYS_mkdirat, AT_FDCWD, FOLDER "/folder", 0755));
    say("unlinkat", RAW(SYS_unlinkat, AT_FDCWD, FILE_THERE, 0));
    say("chdir", RAW(SYS_chdir, FOLDER));
    printf("%d arguments, program %s, %s\n", count, arguments[0], getenv("HOME"));
    return 7;
}
