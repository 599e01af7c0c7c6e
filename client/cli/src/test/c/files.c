/* What calls on open files give; the program's argument is an empty directory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void say(const char *what, long result) {
    if (result < 0) printf("%s: %s\n", what, strerrorname_np(errno));
    else printf("%s: %ld\n", what, result);
}
#define SAY(call) say(#call, (long)(call))

static char buffer[200000], other[200000];
static struct stat s;
static int f, g, p[2], q[2];
static char *edge;
static struct iovec v[4];

static void seeking(void) {
    f = open("file", O_CREAT | O_RDWR, 0644);
    SAY(f);
    SAY(write(f, "0123456789", 10));
    SAY(lseek(f, 0, SEEK_CUR));
    SAY(lseek(f, 3, SEEK_SET));
    SAY(read(f, buffer, 4));
    SAY(buffer[0]);
    SAY(lseek(f, -2, SEEK_END));
    SAY(lseek(f, -20, SEEK_CUR));
    SAY(lseek(f, 100, SEEK_SET));
    SAY(read(f, buffer, 4));
    SAY(lseek(f, 0, 9));
    SAY(lseek(99, 0, 0));
    SAY(pread(f, buffer, 5, 8));
    SAY(pread(f, buffer, 5, -1));
    SAY(pwrite(f, "x", 1, 9));
    SAY(pwrite(f, "x", 1, -9));
    SAY(pread(f, buffer, 5, 1L << 60));
    SAY(pwrite(f, "x", 1, LONG_MAX));
}

static void wrong_memory(void) {
    SAY(read(f, (char *)8, 1));
    SAY(read(99, (char *)8, 1));
    SAY(read(f, 0, 0));
    SAY(read(99, 0, 0));
    SAY(write(f, (char *)8, 1));
    SAY(read(f, buffer, -1));
    SAY(write(f, buffer, 0));
    SAY(write(99, buffer, 0));
    SAY(write(0, buffer, 0));
    edge = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(edge + 4096, 4096);
    lseek(f, 0, 0);
    SAY(read(f, edge + 4090, 10));
    SAY(read(f, edge + 4086, 10));
    SAY(write(f, edge + 4090, 10));
    SAY(pread(f, edge + 4090, 10, 0));
}

static void vectors(void) {
    v[0] = (struct iovec){buffer, 3};
    v[2] = (struct iovec){buffer + 10, 4};
    v[3] = (struct iovec){edge + 4090, 10};
    SAY(readv(f, v, 3));
    lseek(f, 0, 0);
    SAY(readv(f, v, 3));
    SAY(readv(f, v, 0));
    SAY(readv(99, v, 0));
    SAY(readv(f, v, -1));
    SAY(readv(f, v, 1025));
    SAY(readv(f, (void *)8, 1));
    lseek(f, 0, 0);
    SAY(readv(f, v, 4));
    SAY(lseek(f, 0, 1));
    v[0].iov_len = -1;
    SAY(readv(f, v, 1));
    SAY(writev(f, v, 1));
    v[0].iov_len = 3;
    v[0].iov_base = (void *)8;
    SAY(writev(f, v, 2));
    SAY(readv(f, v, 2));
    v[0].iov_base = buffer;
    SAY(writev(f, v, 4));
    SAY(preadv(f, v, 3, 1));
    SAY(pwritev(f, v, 3, 1));
    SAY(preadv(f, v, 3, -1));
    SAY(pwritev(f, v, 3, -5));
    SAY(preadv(f, v, 0, 0));
    SAY(writev(f, v + 1, 1));
    SAY(syscall(286, f, v, 1, 0, 0, 0));
}

static void duplicates(void) {
    SAY(dup(f));
    SAY(dup(99));
    SAY(dup3(f, 40, O_CLOEXEC));
    SAY(fcntl(40, F_GETFD));
    SAY(fcntl(f, F_GETFD));
    SAY(dup3(f, f, 0));
    SAY(dup3(f, 41, 1));
    SAY(dup3(99, 41, 0));
    SAY(dup3(f, -1, 0));
    SAY(dup3(f, 1 << 30, 0));
    SAY(dup2(f, f));
    SAY(dup2(f, 41));
    SAY(fcntl(f, F_DUPFD, 40));
    SAY(fcntl(f, F_DUPFD_CLOEXEC, 40));
    SAY(fcntl(43, F_GETFD));
    SAY(fcntl(f, F_DUPFD, -1));
    SAY(fcntl(99, F_DUPFD, 0));
    SAY(fcntl(f, F_DUPFD, 1 << 30));
    SAY(lseek(f, 5, 0));
    SAY(lseek(42, 0, 1));
    SAY(close(42));
    SAY(close(42));
    SAY(lseek(41, 0, 1));
}

static void flags(void) {
    SAY(fcntl(f, F_SETFD, FD_CLOEXEC));
    SAY(fcntl(f, F_GETFD));
    SAY(fcntl(f, F_GETFL));
    SAY(fcntl(f, F_SETFL, O_APPEND | O_NONBLOCK | O_WRONLY));
    SAY(fcntl(f, F_GETFL));
    SAY(fcntl(41, F_GETFL));
    SAY(write(f, "end", 3));
    SAY(lseek(f, 0, 1));
    SAY(pwrite(f, "zz", 2, 0));
    SAY(fstat(f, &s));
    SAY(s.st_size);
    SAY(fcntl(f, F_SETFL, 0));
    SAY(fcntl(f, 77, 0));
    SAY(fcntl(99, F_GETFL));
    SAY(fcntl(f, F_GETOWN));
    SAY(fcntl(f, F_GETPIPE_SZ));
}

static void locks(void) {
    struct flock l = {F_WRLCK, SEEK_SET, 0, 10, 0};
    SAY(fcntl(f, F_SETLK, &l));
    SAY(fcntl(f, F_GETLK, &l));
    SAY(l.l_type);
    SAY(l.l_len);
    l.l_type = F_RDLCK;
    SAY(fcntl(f, F_SETLKW, &l));
    SAY(fcntl(99, F_SETLK, &l));
    SAY(fcntl(f, F_SETLK, 8));
    l.l_type = 9;
    SAY(fcntl(f, F_SETLK, &l));
    l.l_type = F_WRLCK;
    l.l_pid = 0;
    SAY(fcntl(f, F_OFD_SETLK, &l));
    SAY(fcntl(41, F_OFD_GETLK, &l));
    SAY(l.l_type);
    int again = open("file", O_RDWR);
    l.l_type = F_WRLCK;
    l.l_start = 0;
    l.l_len = 0;
    l.l_pid = 0;
    SAY(fcntl(again, F_OFD_SETLK, &l));
    SAY(flock(f, LOCK_EX));
    SAY(flock(again, LOCK_EX | LOCK_NB));
    SAY(flock(f, LOCK_UN));
    SAY(flock(again, LOCK_SH));
    SAY(flock(99, LOCK_SH));
    SAY(flock(f, 77));
}

static void sizes_and_holes(void) {
    SAY(ftruncate(f, 100000));
    SAY(lseek(f, 0, SEEK_DATA));
    SAY(lseek(f, 0, SEEK_HOLE));
    SAY(lseek(f, 50000, SEEK_DATA));
    SAY(lseek(f, 50000, SEEK_HOLE));
    SAY(lseek(f, 200000, SEEK_HOLE));
    SAY(ftruncate(f, -1));
    SAY(ftruncate(99, 0));
    SAY(ftruncate(0, 0));
    SAY(fallocate(f, 0, 0, 120000));
    SAY(fstat(f, &s));
    SAY(s.st_size);
    SAY(s.st_blocks);
    SAY(fallocate(f, FALLOC_FL_KEEP_SIZE, 0, 200000));
    SAY(fallocate(f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192));
    SAY(lseek(f, 0, SEEK_HOLE));
    SAY(fallocate(f, 0, -1, 10));
    SAY(fallocate(f, 0, 0, 0));
    SAY(fallocate(f, 0x800, 0, 10));
    SAY(fallocate(99, 0, 0, 1));
}

static void synchronizing(void) {
    SAY(fsync(f));
    SAY(fdatasync(f));
    SAY(fsync(99));
    SAY(syncfs(f));
    SAY(syncfs(99));
    SAY(sync_file_range(f, 0, 4096, 2));
    SAY(sync_file_range(f, -1, 4096, 2));
    SAY(readahead(f, 0, 4096));
    SAY(posix_fadvise(f, 0, 0, POSIX_FADV_RANDOM));
    SAY(posix_fadvise(f, 0, 0, 99));
    SAY(posix_fadvise(99, 0, 0, 0));
}

static void pipes(void) {
    SAY(pipe2(p, 0));
    SAY(p[0]);
    SAY(p[1]);
    SAY(pipe2(q, O_NONBLOCK | O_CLOEXEC));
    SAY(fcntl(q[0], F_GETFL));
    SAY(fcntl(q[1], F_GETFL));
    SAY(fcntl(q[1], F_GETFD));
    SAY(pipe2(q, 77));
    SAY(syscall(SYS_pipe2, 8, 0));
    SAY(read(q[0], buffer, 10));
    SAY(write(q[1], buffer, 200000));
    SAY(write(q[1], buffer, 1));
    SAY(read(q[0], buffer, 200000));
    SAY(fcntl(q[0], F_GETPIPE_SZ));
    SAY(fcntl(q[0], F_SETPIPE_SZ, 100000));
    SAY(write(q[1], buffer, 200000));
}

static void ends_of_pipes(void) {
    SAY(write(p[1], "hello", 5));
    int available;
    SAY(ioctl(p[0], FIONREAD, &available));
    SAY(available);
    SAY(read(p[0], buffer, 3));
    SAY(read(p[0], buffer, 30));
    SAY(lseek(p[0], 0, 0));
    SAY(pread(p[0], buffer, 1, 0));
    SAY(read(p[1], buffer, 1));
    SAY(write(p[0], "x", 1));
    SAY(fstat(p[0], &s));
    SAY(s.st_mode);
    SAY(ftruncate(p[1], 0));
    SAY(fsync(p[1]));
    SAY(write(p[1], "rest", 4));
    int w = dup(p[1]);
    SAY(close(p[1]));
    SAY(write(w, "!", 1));
    SAY(close(w));
    SAY(read(p[0], buffer, 30));
    SAY(read(p[0], buffer, 30));
    SAY(close(p[0]));
    SAY(close(q[0]));
    SAY(write(q[1], "x", 1));
    SAY(writev(q[1], v, 1));
    SAY(close(q[1]));
}

static void sending(void) {
    SAY(pipe(p));
    SAY(lseek(f, 0, 0));
    SAY(sendfile(p[1], f, 0, 5));
    SAY(read(p[0], buffer, 10));
    off_t at = 2;
    SAY(sendfile(p[1], f, &at, 5));
    SAY(at);
    SAY(lseek(f, 0, 1));
    SAY(sendfile(f, p[0], 0, 5));
    SAY(sendfile(99, f, 0, 5));
    SAY(sendfile(p[1], 99, 0, 5));
    SAY(sendfile(p[1], f, (off_t *)8, 5));
    at = -1;
    SAY(sendfile(p[1], f, &at, 5));
}

static void copying(void) {
    g = open("copy", O_CREAT | O_RDWR, 0600);
    off_t from = 1, to = 3;
    SAY(copy_file_range(f, &from, g, &to, 7, 0));
    SAY(from);
    SAY(to);
    SAY(copy_file_range(f, 0, g, 0, 3, 0));
    SAY(lseek(g, 0, 1));
    SAY(copy_file_range(f, 0, g, 0, 3, 1));
    SAY(copy_file_range(f, 0, p[1], 0, 3, 0));
    SAY(copy_file_range(99, 0, g, 0, 3, 0));
    SAY(fstat(g, &s));
    SAY(s.st_size);
    SAY(splice(f, &from, p[1], 0, 4, 0));
    SAY(from);
    SAY(splice(f, 0, g, 0, 4, 0));
    SAY(read(p[0], buffer, 100));
    SAY(syscall(SYS_splice, f, 8, p[1], 0, 4, 0));
}

static void devices(void) {
    int n = open("/dev/null", O_RDWR);
    SAY(write(n, buffer, 100));
    SAY(read(n, buffer, 100));
    SAY(lseek(n, 5, 0));
    SAY(lseek(n, 0, SEEK_END));
    SAY(ftruncate(n, 0));
    SAY(fstat(n, &s));
    SAY(s.st_rdev);
    SAY(s.st_mode);
    int z = open("/dev/zero", O_RDONLY);
    SAY(read(z, buffer, 100000));
    int full = open("/dev/full", O_RDWR);
    SAY(write(full, buffer, 10));
    SAY(write(full, buffer, 0));
    SAY(read(full, buffer, 10));
    SAY(ioctl(n, TIOCGWINSZ, buffer));
    SAY(ioctl(f, TCGETS, buffer));
    SAY(ioctl(99, TCGETS, buffer));
    SAY(isatty(f));
}

static void much(void) {
    memset(other, 'q', sizeof other);
    SAY(lseek(g, 0, 0));
    SAY(write(g, other, sizeof other));
    SAY(lseek(g, 0, 0));
    SAY(read(g, buffer, sizeof buffer));
    SAY(memcmp(buffer, other, sizeof other));
}

static void mapping(void) {
    char *m;
    int z = open("/dev/zero", O_RDWR);
    m = mmap(0, 10000, PROT_READ, MAP_SHARED, f, 0);
    SAY(m != MAP_FAILED);
    SAY(m[0]);
    SAY(m[9] == 'x');
    m = mmap(0, 4096, PROT_READ, MAP_PRIVATE, f, 4096);
    SAY(m[5]);
    SAY((long)mmap(0, 4096, PROT_READ, MAP_PRIVATE, f, 77) == -1 ? -1 : 0);
    SAY((long)mmap(0, 4096, PROT_READ, MAP_PRIVATE, 99, 0) == -1 ? -1 : 0);
    int wo = open("wo", O_CREAT | O_WRONLY, 0600);
    SAY((long)mmap(0, 4096, PROT_READ, MAP_PRIVATE, wo, 0) == -1 ? -1 : 0);
    int ro = open("file", O_RDONLY);
    SAY((long)mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, ro, 0) == -1 ? -1 : 0);
    SAY((long)mmap(0, 4096, PROT_READ, MAP_SHARED, p[0], 0) == -1 ? -1 : 0);
    int d = open(".", O_RDONLY);
    SAY((long)mmap(0, 4096, PROT_READ, MAP_SHARED, d, 0) == -1 ? -1 : 0);
    m = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, z, 0);
    SAY(m != MAP_FAILED);
    SAY(m[7]);
    m[7] = 4;
    SAY(m[7]);
}

static void ranges(void) {
    SAY(close_range(60, 50, 0));
    SAY(close_range(40, 45, 9));
    SAY(close_range(40, 41, CLOSE_RANGE_CLOEXEC));
    SAY(fcntl(41, F_GETFD));
    SAY(close_range(40, ~0U, 0));
    SAY(fcntl(41, F_GETFD));
    SAY(fcntl(43, F_GETFD));
    SAY(fcntl(f, F_GETFL));
}

static void nameless(void) {
    SAY(fchmod(f, 0600));
    SAY(fchmod(99, 0600));
    SAY(fchown(f, -1, -1));
    SAY(fchown(99, 0, 0));
    SAY(unlink("file"));
    SAY(fstat(f, &s));
    SAY(s.st_nlink);
    SAY(s.st_size);
    SAY(write(f, "still", 5));
    SAY(fstat(99, &s));
    SAY(syscall(SYS_fstat, f, 8));
}

static void without_output(void) {
    fflush(stdout);
    SAY(close(1));
    SAY(open("/dev/null", O_WRONLY));
}

int main(int argc, char **argv) {
    for (int i = 3; i < 100; i++) close(i); /* Of who started it. */
    signal(SIGPIPE, SIG_IGN);
    SAY(argc > 1 ? chdir(argv[1]) : -1);
    seeking();
    wrong_memory();
    vectors();
    duplicates();
    flags();
    locks();
    sizes_and_holes();
    synchronizing();
    pipes();
    ends_of_pipes();
    sending();
    copying();
    devices();
    much();
    mapping();
    ranges();
    nameless();
    without_output();
    return 7;
}
