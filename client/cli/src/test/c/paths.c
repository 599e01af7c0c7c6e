/* What calls on paths and directories give; the program's argument is an empty directory. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

static void say(const char *what, long result) {
    if (result < 0) printf("%s: %s\n", what, strerrorname_np(errno));
    else printf("%s: %ld\n", what, result);
}
#define SAY(call) say(#call, (long)(call))

static void stat_of(const char *path, int flags) {
    struct stat s;
    if (fstatat(AT_FDCWD, path, &s, flags) < 0) { say(path, -1); return; }
    printf("%s: mode %o links %lu size %ld blocks %ld blksize %ld uid %u gid %u\n", path,
           s.st_mode, (unsigned long)s.st_nlink, (long)s.st_size, (long)s.st_blocks, (long)s.st_blksize, s.st_uid, s.st_gid);
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void list(const char *path) {
    char *names[64];
    int count = 0;
    DIR *d = opendir(path);
    if (!d) { say(path, -1); return; }
    for (struct dirent *e; (e = readdir(d));) {
        char line[300];
        snprintf(line, sizeof line, "%s type %d", e->d_name, e->d_type);
        names[count++] = strdup(line);
    }
    long end = telldir(d) != 0;
    rewinddir(d);
    int again = 0;
    while (readdir(d)) again++;
    closedir(d);
    qsort(names, count, sizeof *names, by_name);
    printf("%s has %d, again %d, end %ld\n", path, count, again, end);
    for (int i = 0; i < count; i++) puts(names[i]);
}

static void write_file(const char *path, const char *text) {
    int f = open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
    SAY(f >= 0 ? write(f, text, strlen(text)) : -1);
    close(f);
}

static const char *home;
static char buffer[PATH_MAX + 10];
static struct stat s;
static int dir, path, plain;

static void current_directory(void) {
    SAY(chdir(home));
    SAY(getcwd(buffer, sizeof buffer) != 0);
    SAY(strcmp(buffer, home));
    SAY(syscall(SYS_getcwd, buffer, 3));
    SAY(syscall(SYS_getcwd, 8, 4096));
    umask(022);
    SAY(umask(027));
    SAY(umask(022));
}

static void making(void) {
    SAY(mkdir("d", 0777));
    SAY(mkdir("d", 0777));
    SAY(mkdir("d/e/f", 0777));
    SAY(mkdir("", 0777));
    write_file("file", "hello, world\n");
    write_file("d/inner", "inner\n");
    SAY(symlink("file", "link"));
    SAY(symlink("loop", "loop"));
    SAY(symlink("nowhere", "dangling"));
    SAY(symlink("d", "dlink"));
    SAY(link("file", "hard"));
    SAY(linkat(AT_FDCWD, "link", AT_FDCWD, "hardlink", AT_SYMLINK_FOLLOW));
    SAY(linkat(AT_FDCWD, "link", AT_FDCWD, "linklink", 0));
    SAY(link("d", "dhard"));
    SAY(link("none", "x"));
    stat_of("file", 0);
    stat_of("link", 0);
    SAY(fstatat(AT_FDCWD, "link", &s, AT_SYMLINK_NOFOLLOW));
    SAY(s.st_size);
    SAY(s.st_mode);
}

static void looking_up(void) {
    char long_name[PATH_MAX + 100];
    SAY(stat("file/", &s));
    SAY(stat("file/x", &s));
    SAY(stat("d/", &s));
    SAY(lstat("dlink/", &s));
    SAY(S_ISDIR(s.st_mode));
    SAY(stat("loop", &s));
    SAY(stat("dangling", &s));
    SAY(lstat("dangling", &s));
    SAY(stat("", &s));
    SAY(fstatat(AT_FDCWD, "", &s, AT_EMPTY_PATH));
    SAY(fstatat(AT_FDCWD, "file", &s, 0x40000));
    memset(long_name, 'x', sizeof long_name);
    long_name[300] = 0;
    SAY(stat(long_name, &s));
    long_name[300] = 'x';
    long_name[sizeof long_name - 1] = 0;
    SAY(stat(long_name, &s));
}

static void opening(void) {
    SAY(open("file/", O_RDONLY));
    SAY(open("loop", O_RDONLY));
    SAY(open("link", O_RDONLY | O_NOFOLLOW));
    SAY(open("d", O_WRONLY));
    SAY(open("file", O_RDONLY | O_DIRECTORY));
    SAY(open("new/", O_CREAT | O_WRONLY, 0600));
    SAY(open("dangling", O_CREAT | O_EXCL, 0600));
    dir = open("d", O_RDONLY | O_DIRECTORY);
    SAY(dir);
    SAY(openat(dir, "inner", O_RDONLY));
    SAY(openat(dir, "../file", O_RDONLY));
    SAY(openat(dir, "none", O_RDONLY));
    SAY(openat(99, "inner", O_RDONLY));
    SAY(openat(99, "/dev/null", O_RDONLY));
    SAY(openat(4, "inner", O_RDONLY));
}

static void directories(void) {
    SAY(read(dir, buffer, 10));
    SAY(read(dir, buffer, 0));
    SAY(write(dir, buffer, 1));
    SAY(ftruncate(dir, 0));
    SAY(pread(dir, buffer, 1, 0));
    SAY(syscall(SYS_getdents64, dir, buffer, 10));
    SAY(syscall(SYS_getdents64, dir, 8, 1000));
    SAY(syscall(SYS_getdents64, 4, buffer, 1000));
    SAY(syscall(SYS_getdents64, 99, buffer, 1000));
}

static void paths_only(void) {
    path = open("file", O_PATH);
    SAY(fstat(path, &s));
    SAY(s.st_size);
    SAY(read(path, buffer, 1));
    SAY(fchmod(path, 0600));
    SAY(fstatat(path, "", &s, AT_EMPTY_PATH));
    SAY(openat(path, "x", O_RDONLY));
    int path_of_link = open("link", O_PATH | O_NOFOLLOW);
    SAY(fstat(path_of_link, &s));
    SAY(S_ISLNK(s.st_mode));
    SAY(readlinkat(path_of_link, "", buffer, 100));
}

static void lists_and_links(void) {
    list(".");
    list("d");
    list("none");
    list("file");
    SAY(readlink("link", buffer, 100));
    SAY(readlink("link", buffer, 2));
    SAY(readlink("file", buffer, 10));
    SAY(readlink("link", buffer, 0));
    SAY(readlink("none", buffer, 10));
}

static void renaming(void) {
    SAY(rename("file", "moved"));
    SAY(rename("none", "x"));
    SAY(rename("moved", "d"));
    SAY(rename("d", "moved"));
    SAY(rename("moved", "file"));
    SAY(rename("d", "d/e"));
    SAY(renameat2(AT_FDCWD, "file", AT_FDCWD, "hard", RENAME_NOREPLACE));
    SAY(renameat2(AT_FDCWD, "file", AT_FDCWD, "fresh", RENAME_NOREPLACE));
    SAY(renameat2(AT_FDCWD, "fresh", AT_FDCWD, "d", RENAME_EXCHANGE));
    SAY(renameat2(AT_FDCWD, "fresh", AT_FDCWD, "d", RENAME_EXCHANGE));
    SAY(renameat2(AT_FDCWD, "fresh", AT_FDCWD, "x", 0x80));
    SAY(renameat2(dir, "inner", AT_FDCWD, "outer", 0));
    SAY(renameat2(AT_FDCWD, "outer", dir, "inner", 0));
    SAY(rename("fresh", "file"));
}

static void modes_and_owners(void) {
    SAY(mknod("fifo", S_IFIFO | 0600, 0));
    SAY(mknod("plain", S_IFREG | 0600, 0));
    SAY(mknod("plain", S_IFREG | 0600, 0));
    SAY(mknod("sock", S_IFSOCK | 0600, 0));
    SAY(lstat("fifo", &s));
    SAY(s.st_mode);
    SAY(lstat("sock", &s));
    SAY(s.st_mode);
    SAY(open("sock", O_RDONLY));
    SAY(open("fifo", O_WRONLY | O_NONBLOCK));
    SAY(chmod("plain", 04751));
    SAY(stat("plain", &s));
    SAY(s.st_mode);
    SAY(chmod("none", 0));
    SAY(fchmodat(dir, "inner", 0400, 0));
    SAY(fchmod(dir, 0700));
    SAY(chown("plain", getuid(), getgid()));
    SAY(chown("plain", -1, -1));
    SAY(lchown("dangling", getuid(), -1));
    SAY(chown("dangling", 0, 0));
    SAY(fchown(dir, -1, -1));
}

static void times(void) {
    struct timespec times[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
    SAY(utimensat(AT_FDCWD, "plain", times, 0));
    SAY(stat("plain", &s));
    SAY(s.st_atim.tv_sec);
    SAY(s.st_atim.tv_nsec);
    SAY(s.st_mtim.tv_sec);
    SAY(s.st_mtim.tv_nsec);
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_sec = 5;
    times[1].tv_nsec = 0;
    plain = open("plain", O_RDWR);
    SAY(futimens(plain, times));
    SAY(fstat(plain, &s));
    SAY(s.st_atim.tv_sec);
    SAY(s.st_mtim.tv_sec);
    times[1].tv_nsec = UTIME_NOW;
    SAY(futimens(plain, times));
    SAY(stat("plain", &s));
    SAY(s.st_mtim.tv_sec > 1600000000);
    times[1].tv_nsec = 2000000000;
    SAY(futimens(plain, times));
    SAY(utimensat(AT_FDCWD, "none", 0, 0));
    SAY(utimensat(AT_FDCWD, "dangling", 0, AT_SYMLINK_NOFOLLOW));
    SAY(utimensat(AT_FDCWD, "dangling", 0, 0));
    SAY(futimens(plain, 0));
    SAY(syscall(SYS_utimensat, AT_FDCWD, "plain", 8, 0));
    SAY(syscall(SYS_utimensat, 99, 0, 0, 0));
    SAY(syscall(SYS_utimensat, plain, 0, 0, 0));
}

static void sizes_and_access(void) {
    SAY(truncate("plain", 5000));
    SAY(stat("plain", &s));
    SAY(s.st_size);
    SAY(truncate("plain", -1));
    SAY(truncate("d", 0));
    SAY(truncate("none", 0));
    SAY(access("file", R_OK | W_OK));
    SAY(access("file", X_OK));
    SAY(access("none", F_OK));
    SAY(faccessat(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
    SAY(faccessat(AT_FDCWD, "file", R_OK, AT_EACCESS));
    SAY(access("file", 8));
    SAY(access("file/", F_OK));
    SAY(faccessat(dir, "inner", R_OK, 0));
}

static void moving_about(void) {
    SAY(chdir("none"));
    SAY(chdir("file"));
    SAY(chdir("dlink"));
    SAY(getcwd(buffer, sizeof buffer) != 0);
    SAY(strcmp(strrchr(buffer, '/'), "/d"));
    SAY(access("inner", F_OK));
    SAY(fchdir(plain));
    SAY(fchdir(99));
    SAY(chdir(".."));
    SAY(fchdir(dir));
    SAY(access("inner", F_OK));
    SAY(chdir(".."));
    SAY(fchdir(path));
    SAY(chdir(""));
    SAY(syscall(SYS_chdir, 8));
    SAY(mkdir("gone", 0700));
    SAY(chdir("gone"));
    SAY(rmdir("../gone"));
    SAY(syscall(SYS_getcwd, buffer, 4096));
    SAY(open("x", O_CREAT | O_RDWR, 0600));
    SAY(stat(".", &s));
    SAY(s.st_nlink);
    SAY(chdir(".."));
    SAY(chdir(home));
}

static void file_systems(void) {
    struct statfs f;
    SAY(statfs(".", &f));
    SAY(f.f_bsize);
    SAY(f.f_namelen);
    SAY(f.f_type);
    SAY(f.f_frsize);
    SAY(f.f_blocks > 0);
    SAY(statfs("none", &f));
    SAY(fstatfs(plain, &f));
    SAY(f.f_bsize);
    SAY(fstatfs(99, &f));
    SAY(statfs("/proc", &f));
    SAY(f.f_type);
    SAY(f.f_flags);
}

static void extended_status(void) {
    struct statx x;
    SAY(statx(AT_FDCWD, "plain", 0, STATX_BASIC_STATS, &x));
    SAY(x.stx_mask);
    SAY(x.stx_size);
    SAY(x.stx_mode);
    SAY(x.stx_nlink);
    SAY(x.stx_blksize);
    SAY(x.stx_dev_major == major(s.st_dev));
    SAY(statx(AT_FDCWD, "none", 0, STATX_ALL, &x));
    SAY(statx(plain, "", AT_EMPTY_PATH, STATX_ALL, &x));
    SAY(x.stx_mask);
    SAY(x.stx_btime.tv_sec > 0);
    SAY(x.stx_mnt_id);
    SAY(statx(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, STATX_SIZE, &x));
    SAY(x.stx_size);
    SAY(statx(AT_FDCWD, "link", 0x10, 0, &x));
}

static void attributes(void) {
    SAY(getxattr("file", "user.none", buffer, 10));
    SAY(setxattr("file", "user.a", "value", 5, 0));
    SAY(getxattr("file", "user.a", buffer, 10));
    SAY(getxattr("file", "user.a", buffer, 2));
    SAY(getxattr("file", "user.a", 0, 0));
    SAY(listxattr("file", buffer, 100));
    SAY(setxattr("file", "user.a", "v", 1, XATTR_CREATE));
    SAY(fsetxattr(plain, "user.b", "12", 2, 0));
    SAY(fgetxattr(plain, "user.b", buffer, 10));
    SAY(flistxattr(plain, 0, 0));
    SAY(removexattr("file", "user.a"));
    SAY(removexattr("file", "user.a"));
    SAY(lgetxattr("link", "user.a", buffer, 10));
    SAY(llistxattr("link", buffer, 10));
    SAY(getxattr("file", "", buffer, 1));
    SAY(getxattr("file", "nons", buffer, 1));
    SAY(fremovexattr(plain, "user.b"));
    SAY(setxattr("file", "user.big", buffer, 1 << 20, 0));
}

static void removing(void) {
    SAY(unlink("d"));
    SAY(rmdir("file"));
    SAY(rmdir("d"));
    SAY(unlink("none"));
    SAY(unlink("file/"));
    SAY(unlinkat(dir, "inner", 0));
    SAY(unlinkat(AT_FDCWD, "dlink", AT_REMOVEDIR));
    SAY(rmdir("d"));
    SAY(unlinkat(AT_FDCWD, "file", 0x400));
    SAY(rmdir("."));
    SAY(unlink("/"));
    SAY(unlink("plain"));
    SAY(fstat(plain, &s));
    SAY(s.st_nlink);
    SAY(s.st_size);
    SAY(openat(dir, "x", O_CREAT | O_RDWR, 0600));
}

static void names_of_its_own(void) {
    SAY(readlink("/proc/self/exe", buffer, sizeof buffer) > 0);
    char self[64];
    sprintf(self, "/proc/self/fd/%d", path);
    SAY(readlink(self, buffer, sizeof buffer) == (long)strlen(home) + 5);
    SAY(stat(self, &s));
    SAY(s.st_size);
    SAY(open(self, O_RDONLY) > 0);
    SAY(readlink("/proc/self/fd/99", buffer, 100));
    SAY(open("/dev/fd/99", O_RDONLY));
    SAY(readlink("/proc/self/cwd", buffer, sizeof buffer) == (long)strlen(home));
    SAY(open("/dev/stdin", O_RDONLY) > 0);
}

static void other_names_of_its_own(void) {
    static const char *ways[] = {
        "/proc/%d/fd/%d", "/proc/./%d//fd/%d", "/proc/%d/fd/../fd/%d", "/proc/%d/net/../fd/%d",
    };
    char name[64];
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        sprintf(name, ways[i], getpid(), path);
        SAY(stat(name, &s));
        SAY(s.st_size);
    }
    sprintf(name, "/proc/thread-self/fd/%d", path);
    SAY(stat(name, &s));
    SAY(readlink("/proc/thread-self/exe", buffer, sizeof buffer) > 0);
    sprintf(name, "fd/%d", path);
    int own = open("/proc/self", O_RDONLY);
    SAY(fstatat(own, name, &s, 0));
    SAY(s.st_size);
    SAY(fstatat(own, "fd/99", &s, 0));
    SAY(chdir("/proc/self/fd"));
    sprintf(name, "%d", path);
    SAY(stat(name, &s));
    SAY(s.st_size);
    SAY(access("99", F_OK));
    SAY(chdir("/dev"));
    sprintf(name, "fd/%d", path);
    SAY(truncate(name, 3));
    SAY(stat(name, &s));
    SAY(s.st_size);
    SAY(fchdir(path));
    SAY(chdir(home));
    close(own);
}

static void odds_and_ends(void) {
    SAY(syscall(SYS_openat, AT_FDCWD, 8, 0));
    SAY(syscall(SYS_openat, AT_FDCWD, 0, 0));
    SAY(open("", O_RDONLY));
    SAY(open("tmp", O_CREAT | O_RDONLY, 0));
    SAY(stat("tmp", &s));
    SAY(s.st_mode);
    SAY(open(".", O_TMPFILE | O_RDWR, 0600));
    SAY(syscall(SYS_renameat2, AT_FDCWD, 8, AT_FDCWD, "x", 0));
    SAY(mkdirat(99, "x", 0));
    SAY(syscall(SYS_utimensat, AT_FDCWD, 0, 0, 0));
    SAY(syscall(38, AT_FDCWD, "tmp", AT_FDCWD, "tmp2"));
}

int main(int argc, char **argv) {
    home = argc > 1 ? argv[1] : ".";
    for (int i = 3; i < 100; i++) close(i); /* Of who started it. */
    current_directory();
    making();
    looking_up();
    opening();
    directories();
    paths_only();
    lists_and_links();
    renaming();
    modes_and_owners();
    times();
    sizes_and_access();
    moving_about();
    file_systems();
    extended_status();
    attributes();
    removing();
    names_of_its_own();
    other_names_of_its_own();
    odds_and_ends();
    sync();
    return 0;
}
