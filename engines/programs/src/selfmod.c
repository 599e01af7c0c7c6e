// Writes and rewrites its own code in every way an honest program does: each change is followed by
// fence.i (Zifencei), so the new instructions must be seen and the old ones forgotten.
#include "rt/rt.h"

enum { READ_WRITE = PROT_READ | PROT_WRITE, READ_EXECUTE = PROT_READ | PROT_EXEC };
enum { ALL = PROT_READ | PROT_WRITE | PROT_EXEC };
enum { A0 = 10, A1 = 11, A2 = 12 };

typedef long (*Function)(long a, long b);

// Encodings; immediates must be in range.
static uint32_t addi(int rd, int rs1, int immediate) {
    return (uint32_t)immediate << 20 | (uint32_t)rs1 << 15 | (uint32_t)rd << 7 | 0x13;
}

static uint32_t add(int rd, int rs1, int rs2) {
    return (uint32_t)rs2 << 20 | (uint32_t)rs1 << 15 | (uint32_t)rd << 7 | 0x33;
}

// Branches two instructions back while the register is not zero.
static uint32_t bnez_back_8(int rs1) {
    return 0xfe001ce3 | (uint32_t)rs1 << 15;
}

static const uint32_t RET = 0x00008067, FENCE_I = 0x0000100f, SW_A1_12_A0 = 0x00b52623;

static void synchronize(void) {
    __asm__ volatile("fence.i" ::: "memory");
}

static long call(const void *code, long a, long b) {
    return ((Function)code)(a, b);
}

// One function on a fresh page, written anew before every call.
static long rewritten_in_a_loop(void) {
    uint32_t *code = map_pages(PAGE_SIZE, ALL);
    long sum = 0;
    for (int i = 0; i < 200; i++) {
        code[0] = addi(A0, A0, i * 7 - 700);
        code[1] = RET;
        synchronize();
        sum = sum * 3 + call(code, i, 0);
    }
    unmap_pages(code, PAGE_SIZE);
    return sum;
}

// The page is never writable and executable at once.
static long write_xor_execute(void) {
    uint32_t *code = map_pages(PAGE_SIZE, READ_WRITE);
    long sum = 0;
    for (int i = 0; i < 20; i++) {
        protect_pages(code, PAGE_SIZE, READ_WRITE);
        code[0] = addi(A0, A0, i);
        code[1] = add(A0, A0, A0);
        code[2] = RET;
        protect_pages(code, PAGE_SIZE, READ_EXECUTE);
        synchronize();
        sum += call(code, sum, 0);
    }
    unmap_pages(code, PAGE_SIZE);
    return sum;
}

// Its first instruction is replaced in place, hence no compressed form; it lies within one page.
long answer(void);
__asm__(".text\n.option push\n.option norvc\n.balign 8\n.globl answer\n.type answer, @function\n"
        "answer: li a0, 1\nret\n.size answer, . - answer\n.option pop");

// A function of the program itself, patched right after it was executed.
static long own_text_patched(void) {
    uint32_t *code = (uint32_t *)answer;
    char *page = (char *)((uintptr_t)code & -(uintptr_t)PAGE_SIZE);
    protect_pages(page, PAGE_SIZE, ALL);
    long sum = answer();
    for (int i = 2; i <= 100; i++) {
        code[0] = addi(A0, 0, i);
        synchronize();
        sum = sum * 2 % 1000003 + answer();
    }
    return sum;
}

// The code stores over one of its next instructions: a0 = where it starts, a1 = what to store.
static long patched_ahead_of_itself(void) {
    uint32_t *code = map_pages(PAGE_SIZE, ALL);
    const uint32_t words[] = {SW_A1_12_A0, FENCE_I, addi(A0, 0, 0), addi(A0, A0, 1), RET};
    memcpy(code, words, sizeof words);
    synchronize();
    long sum = 0;
    for (int i = 0; i < 50; i++)
        sum = sum * 5 + call(code, (long)code, (long)addi(A0, A0, i * i % 100));
    unmap_pages(code, PAGE_SIZE);
    return sum;
}

// Other code at the same address, after the page went away in between.
static long remapped_page(void) {
    uint32_t *code = map_pages(PAGE_SIZE, ALL);
    long sum = 0;
    for (int i = 0; i < 10; i++) {
        code[i] = addi(A0, A0, 1 << i);
        code[i + 1] = RET;
        synchronize();
        sum = sum * 2 + call(code + i, sum, 0) + call(code, 0, 0);
        unmap_pages(code, PAGE_SIZE);
        long again = rt_syscall(SYS_mmap, (long)code, PAGE_SIZE, ALL,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (again != (long)code)
            fail("mmap at the same address", again);
        for (int k = 0; k <= i; k++)
            code[k] = addi(A0, A0, k - 3);
    }
    unmap_pages(code, PAGE_SIZE);
    return sum;
}

// Calls often enough for the code to be worth compiling.
static long call_often(const void *code, long a) {
    long sum = 0;
    for (int i = 0; i < 300; i++)
        sum = sum * 3 % 1000003 + call(code, a, i);
    return sum;
}

static void map_over(void *code) {
    long again = rt_syscall(SYS_mmap, (long)code, PAGE_SIZE, ALL,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (again != (long)code)
        fail("mmap over a page", again);
}

// Other code appears under the same address though nothing was stored there: a page is mapped over,
// and two pages change places by way of a third.
static long pages_exchanged(void) {
    char *one = map_pages(3 * PAGE_SIZE, ALL), *two = one + PAGE_SIZE, *free = two + PAGE_SIZE;
    long sum = 0;
    for (int i = 0; i < 6; i++) {
        map_over(one);
        ((uint32_t *)one)[0] = addi(A0, A0, i);
        ((uint32_t *)one)[1] = RET;
        ((uint32_t *)two)[0] = add(A0, A0, A1);
        ((uint32_t *)two)[1] = RET;
        synchronize();
        sum = sum * 5 + call_often(one, i) + call_often(two, i);
        char *from[] = {one, two, free}, *to[] = {free, one, two};
        for (int k = 0; k < 3; k++) {
            long moved = SYSCALL5(SYS_mremap, from[k], PAGE_SIZE, PAGE_SIZE,
                                  MREMAP_MAYMOVE | MREMAP_FIXED, to[k]);
            if (moved != (long)to[k])
                fail("mremap", moved);
        }
        sum = sum * 5 + call_often(one, i) - call_often(two, i);
    }
    unmap_pages(one, 2 * PAGE_SIZE);
    return sum;
}

// An instruction across two pages, of which only the half on the second one is rewritten.
static long page_straddling_patch(void) {
    char *pages = map_pages(2 * PAGE_SIZE, ALL);
    uint16_t *code = (uint16_t *)(pages + PAGE_SIZE) - 1;
    long sum = 0;
    for (int i = 0; i < 40; i++) {
        uint32_t instruction = addi(A0, A0, i * 13);
        if (i == 0)
            code[0] = (uint16_t)instruction;
        code[1] = (uint16_t)(instruction >> 16);
        code[2] = (uint16_t)RET;
        code[3] = (uint16_t)(RET >> 16);
        synchronize();
        sum = sum * 3 + call(code, i, 0);
    }
    unmap_pages(pages, 2 * PAGE_SIZE);
    return sum;
}

// A loop that runs long enough to be worth compiling, changed and run again.
static long hot_loop_patched(void) {
    uint32_t *code = map_pages(PAGE_SIZE, ALL);
    const uint32_t words[] = {addi(A2, A2, 0), addi(A0, A0, 1), addi(A1, A1, -1), bnez_back_8(A1),
                              RET};
    memcpy(code, words, sizeof words);
    long sum = 0;
    for (int i = 1; i <= 5; i++) {
        code[1] = addi(A0, A0, i);
        synchronize();
        sum = sum * 7 + call(code, i, 20000);
    }
    unmap_pages(code, PAGE_SIZE);
    return sum;
}

// Data beside code: the page is stored to all the time, yet no instruction changes.
static long data_beside_code(void) {
    uint32_t *code = map_pages(PAGE_SIZE, ALL);
    volatile long *data = (volatile long *)((char *)code + 64);
    code[0] = add(A0, A0, A1);
    code[1] = RET;
    synchronize();
    for (int i = 0; i < 2000; i++)
        *data = call(code, *data, i);
    long sum = *data;
    unmap_pages(code, PAGE_SIZE);
    return sum;
}

// The code is copied to another place and runs there while its origin is overwritten.
static long copied_code(void) {
    uint32_t *from = map_pages(2 * PAGE_SIZE, ALL), *to = from + PAGE_SIZE / sizeof *from;
    long sum = 0;
    for (int i = 0; i < 30; i++) {
        from[i] = addi(A0, A0, 3 * i);
        from[i + 1] = RET;
        memcpy(to, from, (size_t)(i + 2) * sizeof *from);
        from[0] = RET;
        synchronize();
        sum = sum * 2 % 1000003 + call(to, i, 0) + call(from, i, 0);
        from[0] = to[0];
    }
    unmap_pages(from, 2 * PAGE_SIZE);
    return sum;
}

int main(void) {
    print("rewritten in a loop      %d\n", rewritten_in_a_loop());
    print("write xor execute        %d\n", write_xor_execute());
    print("own text patched         %d\n", own_text_patched());
    print("patched ahead of itself  %d\n", patched_ahead_of_itself());
    print("remapped page            %d\n", remapped_page());
    print("pages exchanged          %d\n", pages_exchanged());
    print("page-straddling patch    %d\n", page_straddling_patch());
    print("hot loop patched         %d\n", hot_loop_patched());
    print("data beside code         %d\n", data_beside_code());
    print("copied code              %d\n", copied_code());
    return 0;
}
