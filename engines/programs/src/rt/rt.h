// The runtime of the freestanding guest programs: entry and exit, system calls, text output.
// A program that includes this links no libc; it defines main(argc, argv) and may return from it.
#ifndef RT_H
#define RT_H

#include <stddef.h>
#include <stdint.h>

#include "../checksum.h"

#define PAGE_SIZE 4096

// Numbers of the generic Linux system call table, which riscv64 uses unchanged.
enum {
    SYS_getcwd = 17,
    SYS_dup3 = 24,
    SYS_fcntl = 25,
    SYS_ioctl = 29,
    SYS_mkdirat = 34,
    SYS_unlinkat = 35,
    SYS_symlinkat = 36,
    SYS_linkat = 37,
    SYS_chdir = 49,
    SYS_fchdir = 50,
    SYS_openat = 56,
    SYS_close = 57,
    SYS_pipe2 = 59,
    SYS_getdents64 = 61,
    SYS_read = 63,
    SYS_write = 64,
    SYS_readlinkat = 78,
    SYS_newfstatat = 79,
    SYS_exit = 93,
    SYS_exit_group = 94,
    SYS_nanosleep = 101,
    SYS_clock_gettime = 113,
    SYS_tgkill = 131,
    SYS_rt_sigprocmask = 135,
    SYS_umask = 166,
    SYS_gettimeofday = 169,
    SYS_getpid = 172,
    SYS_gettid = 178,
    SYS_brk = 214,
    SYS_munmap = 215,
    SYS_mremap = 216,
    SYS_mmap = 222,
    SYS_mprotect = 226,
    SYS_renameat2 = 276,
    SYS_getrandom = 278,
};

enum { PROT_NONE = 0, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4 };
enum { MAP_PRIVATE = 0x02, MAP_FIXED = 0x10, MAP_ANONYMOUS = 0x20 };
enum { MREMAP_MAYMOVE = 1, MREMAP_FIXED = 2 };

long rt_syscall(long number, long a, long b, long c, long d, long e, long f);

#define SYSCALL0(number) rt_syscall(number, 0, 0, 0, 0, 0, 0)
#define SYSCALL1(number, a) rt_syscall(number, (long)(a), 0, 0, 0, 0, 0)
#define SYSCALL2(number, a, b) rt_syscall(number, (long)(a), (long)(b), 0, 0, 0, 0)
#define SYSCALL3(number, a, b, c) rt_syscall(number, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define SYSCALL4(number, a, b, c, d) \
    rt_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

#define SYSCALL5(number, a, b, c, d, e) \
    rt_syscall(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

// Flushes standard output and ends the process.
_Noreturn void rt_exit(int status);

// Writes text to standard output, one write per line. %s string, %d signed decimal,
// %x 16 hexadecimal digits, %c character; a width as in %-12s pads strings on the right.
void print(const char *format, ...);

// Writes "PROGRAM: what" and the kernel's negated error number to standard error and exits with 1.
_Noreturn void fail(const char *what, long error);

// Returns the address of fresh anonymous pages; fails the program when there are none.
void *map_pages(size_t size, int protection);
void protect_pages(void *address, size_t size, int protection);
void unmap_pages(void *address, size_t size);

// Returns the value of a decimal number, optionally negative; anything else ends the number.
long parse_number(const char *text);

int text_equals(const char *left, const char *right);
size_t text_length(const char *text);

// The compiler may call these four by itself.
void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);

#endif
