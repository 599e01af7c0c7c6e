// Asks for more address space than most programs do: a mapping of 1.5 GiB, then what cannot be had
// beside it, beyond the window of 2 GiB, or at all.
#include "rt/rt.h"

#define MIB (1L << 20)
#define LARGE (1536 * MIB)
// Where guest memory ends.
#define WINDOW 0x80000000L

static long map_at(long address, long size, int flags) {
    return rt_syscall(SYS_mmap, address, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
}

static long map(long size) {
    return map_at(0, size, 0);
}

// Errors as they are; addresses differ from run to run, and are none of the output's business.
static long outcome(long result) {
    return result < 0 && result > -4096 ? result : 0;
}

// Writes at both ends and every 61 MiB, and reads all of it back.
static uint64_t use(long address, long size) {
    uint64_t checksum = 0;
    long last = size - (long)sizeof(long);
    for (long at = 0; at <= last; at = at < last && at + 61 * MIB > last ? last : at + 61 * MIB) {
        volatile long *word = (volatile long *)(address + (at & -8L));
        checksum = checksum * 31 + (uint64_t)*word;
        *word = at + 1;
    }
    for (long at = 0; at <= last; at = at < last && at + 61 * MIB > last ? last : at + 61 * MIB)
        checksum = checksum * 31 + (uint64_t)*(volatile long *)(address + (at & -8L));
    return checksum;
}

static void refused(void) {
    long broken = SYSCALL1(SYS_brk, 0);
    print("as much again        %d\n", outcome(map(LARGE)));
    print("4 GiB                %d\n", outcome(map(4096 * MIB)));
    print("128 TiB              %d\n", outcome(map(1L << 47)));
    print("nearly 16 EiB        %d\n", outcome(map(-PAGE_SIZE)));
    print("nothing              %d\n", outcome(map(0)));
    print("behind the window    %d\n", outcome(map_at(WINDOW, PAGE_SIZE, MAP_FIXED)));
    print("far behind it        %d\n", outcome(map_at(1L << 40, PAGE_SIZE, MAP_FIXED)));
    print("a break beyond it    %d\n", SYSCALL1(SYS_brk, WINDOW + MIB) - broken);
}

int main(void) {
    long large = map(LARGE);
    if (outcome(large) != 0)
        fail("mmap of 1.5 GiB", large);
    print("1.5 GiB              %x\n", use(large, LARGE));
    refused();
    print("grown to 2.5 GiB     %d\n",
          outcome(SYSCALL4(SYS_mremap, large, LARGE, LARGE + 1024 * MIB, MREMAP_MAYMOVE)));
    print("still there          %x\n", use(large, LARGE));
    unmap_pages((void *)large, LARGE);
    large = map(LARGE);
    print("1.5 GiB once more    %d\n", outcome(large));
    print("empty again          %x\n", use(large, LARGE));
    return 0;
}
