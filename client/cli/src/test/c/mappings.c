/* Where mappings of memory and of files go, and what they hold; the argument is an empty directory. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096L

static void say(const char *what, long result) {
    if (result == -1) printf("%s: %s\n", what, strerrorname_np(errno));
    else printf("%s: %#lx\n", what, result);
}
#define SAY(call) say(#call, (long)(call))

static char *fresh(long pages) {
    char *start = mmap(0, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (long i = 0; i < pages; i++) start[i * PAGE] = 'a' + i;
    return start;
}

static void moving(void) {
    char *m;
    SAY(m = fresh(4));
    SAY(m = mremap(m, 4 * PAGE, 2 * PAGE, 0));
    SAY(mremap(m, 2 * PAGE, 3 * PAGE, 0));
    SAY(m = mremap(m, 2 * PAGE, 6 * PAGE, MREMAP_MAYMOVE));
    SAY(m[0]);
    SAY(m[PAGE]);
    SAY(m[2 * PAGE]);
    SAY(m = mremap(m, 6 * PAGE, 7 * PAGE, MREMAP_MAYMOVE));
    SAY(m = mremap(m, 7 * PAGE, 7 * PAGE, MREMAP_MAYMOVE));
    SAY(m = mremap(m, 7 * PAGE, 3 * PAGE, MREMAP_MAYMOVE));
    SAY(m[PAGE]);
    SAY(m = mremap(m, 3 * PAGE, 3 * PAGE, 0));
    SAY(mremap(m, 3 * PAGE, 0, 0));
    SAY(mremap(m + 1, 3 * PAGE, PAGE, 0));
    SAY(mremap(m, 3 * PAGE, 2 * PAGE + 1, 0));
    SAY(mremap(m, 3 * PAGE, PAGE, 8));
    SAY(mremap(m, 3 * PAGE, PAGE, MREMAP_FIXED, m));
    SAY(mremap(m, 3 * PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, m + PAGE));
    SAY(mremap(m, 3 * PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, m + 1));
    SAY(mremap((void *)0x40000000, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
    SAY(mremap((void *)0x40000000, PAGE, PAGE, 0));
    SAY(mremap(m, 3 * PAGE, 1L << 40, MREMAP_MAYMOVE));
    SAY(mremap(m, 0, 2 * PAGE, MREMAP_MAYMOVE));
    char *target;
    SAY(target = fresh(8));
    SAY(m = mremap(m, 3 * PAGE, 2 * PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, target + 2 * PAGE));
    SAY(target[PAGE]);
    SAY(target[2 * PAGE]);
    SAY(target[4 * PAGE]);
    SAY(fresh(1));
    SAY(munmap(target, 8 * PAGE));
    SAY(fresh(2));
    SAY(mprotect(m, PAGE, PROT_READ));
}

static void permissions_move_along(void) {
    char *m;
    SAY(m = fresh(2));
    SAY(mprotect(m, 2 * PAGE, PROT_READ));
    SAY(m = mremap(m, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE));
    SAY(read(0, m, 1));
    SAY(m[PAGE]);
    SAY(m[3 * PAGE]);
}

static void files(void) {
    char text[3 * PAGE], *m;
    memset(text, 'x', sizeof text);
    int f = open("file", O_CREAT | O_RDWR | O_TRUNC, 0600);
    SAY(write(f, text, 2 * PAGE + 10));
    SAY(m = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0));
    SAY(m[0]);
    SAY(m[2 * PAGE + 9]);
    SAY(m[2 * PAGE + 10]);
    m[0] = 'S';
    m[2 * PAGE] = 'T';
    m[2 * PAGE + 100] = 'U';
    SAY(msync(m, 3 * PAGE, MS_SYNC));
    SAY(pread(f, text, 1, 0));
    SAY(text[0]);
    SAY(pread(f, text, 100, 2 * PAGE));
    SAY(text[0]);
    m[5] = 'V';
    SAY(munmap(m, PAGE));
    SAY(pread(f, text, 6, 0));
    SAY(text[5]);
    m[PAGE + 1] = 'W';
    SAY(mremap(m + PAGE, 2 * PAGE, PAGE, MREMAP_MAYMOVE));
    SAY(pread(f, text, 2, PAGE));
    SAY(text[1]);
    SAY(m = mmap(0, PAGE, PROT_READ, MAP_SHARED, f, PAGE));
    SAY(m[1]);
    SAY(m = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, f, 0));
    m[0] = 'P';
    SAY(munmap(m, PAGE));
    SAY(pread(f, text, 1, 0));
    SAY(text[0]);
    SAY(m = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0));
    close(f);
    m[7] = 'E'; /* Reaches the file when the program ends. */
    SAY(msync(m + 1, PAGE, MS_SYNC));
    SAY(msync(m, PAGE, 99));
    SAY(msync((void *)0x40000000, PAGE, MS_SYNC));
}

static void files_that_change(void) {
    char text[8] = "", *m, *n;
    int f = open("growing", O_CREAT | O_RDWR | O_TRUNC | O_APPEND, 0600);
    SAY(write(f, "0123456789", 10));
    SAY(m = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0));
    m[1] = 'a';
    SAY(msync(m, PAGE, MS_SYNC));
    SAY(lseek(f, 0, SEEK_END));
    SAY(ftruncate(f, 2 * PAGE + 10));
    m[PAGE] = 'g';
    m[2 * PAGE] = 'h';
    SAY(mprotect(m + PAGE, PAGE, PROT_NONE));
    SAY(munmap(m, 3 * PAGE));
    SAY(pread(f, text, 2, 0));
    SAY(text[1]);
    SAY(pread(f, text, 1, PAGE));
    SAY(text[0]);
    SAY(pread(f, text, 8, 2 * PAGE));
    SAY(text[0]);
    SAY(m = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0));
    SAY(m = mremap(m, PAGE, 3 * PAGE, MREMAP_MAYMOVE));
    SAY(m[PAGE]);
    SAY(m[2 * PAGE]);
    m[2 * PAGE + 1] = 'i';
    SAY(madvise(m, 3 * PAGE, MADV_DONTNEED));
    SAY(m[2 * PAGE + 1]);
    SAY(n = mmap(m, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, f, -PAGE));
    SAY(m[0]);
    m[2] = 'j';
    SAY(n = mmap(m, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, f, 0));
    SAY(m[2]);
    SAY(munmap(m, 3 * PAGE));
    SAY(pread(f, text, 2, 2 * PAGE));
    SAY(text[1]);
    close(f);
    m = fresh(2);
    SAY(madvise(m, PAGE, MADV_DONTNEED));
    SAY(m[0]);
    SAY(m[PAGE]);
}

static void locks_stay(void) {
    char *m;
    int f = open("locked", O_CREAT | O_RDWR, 0600);
    int other = open("locked", O_RDWR);
    SAY(ftruncate(f, PAGE));
    SAY(m = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0));
    struct flock *lock = (struct flock *)fresh(1);
    memset(lock, 0, sizeof *lock);
    lock->l_type = F_WRLCK;
    SAY(mprotect(lock, PAGE, PROT_READ));
    SAY(fcntl(f, F_SETLK, lock));
    SAY(fcntl(f, F_GETLK, lock));
    SAY(munmap(m, PAGE));
    struct flock seen = {.l_type = F_WRLCK};
    SAY(fcntl(other, F_OFD_GETLK, &seen));
    SAY(seen.l_type);
    close(f);
    seen = (struct flock){.l_type = F_WRLCK};
    SAY(fcntl(other, F_OFD_GETLK, &seen));
    SAY(seen.l_type);
}

int main(int argc, char **argv) {
    char last[9] = "";
    for (int i = 3; i < 100; i++) close(i); /* Of who started it. */
    SAY(argc > 1 ? chdir(argv[1]) : -1);
    moving();
    permissions_move_along();
    files();
    files_that_change();
    locks_stay();
    return 0;
}
