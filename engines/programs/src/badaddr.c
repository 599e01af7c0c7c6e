// badaddr MODE: touches memory in one way that must not work; every mode ends by SIGSEGV.
// Prints what it is about to do; without a known MODE it lists them and exits with 2.
#include "rt/rt.h"

typedef void (*Function)(void);

static const char constant[] = "read-only";
static uint32_t code_in_data[] = {0x00008067};  // ret

static volatile char *hide(const volatile void *address) {
    __asm__("" : "+r"(address));
    return (volatile char *)address;
}

// Two pages of which only the first is mapped: returns the address of the hole.
static char *hole(int protection) {
    char *pages = map_pages(2 * PAGE_SIZE, protection);
    unmap_pages(pages + PAGE_SIZE, PAGE_SIZE);
    return pages + PAGE_SIZE;
}

static void null_read(void) { (void)*hide(0); }
static void null_write(void) { *hide(0) = 1; }
static void null_jump(void) { ((Function)hide(0))(); }
static void text_write(void) { *hide((void *)text_write) = 1; }
static void constant_write(void) { *hide(constant) = 1; }
static void data_jump(void) { ((Function)hide(code_in_data))(); }
static void unmapped_read(void) { (void)*hide(hole(PROT_READ)); }
static void unmapped_jump(void) { ((Function)hide(hole(PROT_READ | PROT_EXEC)))(); }
static void noncanonical_read(void) { (void)*hide((void *)0x8000000000000000); }

static void read_only_write(void) {
    *hide(map_pages(PAGE_SIZE, PROT_READ)) = 1;
}

static void none_read(void) {
    (void)*hide(map_pages(PAGE_SIZE, PROT_NONE));
}

// The access starts in the mapped page and ends in the hole.
static void straddling_read(void) {
    long value;
    __asm__ volatile("ld %0, -4(%1)" : "=r"(value) : "r"(hole(PROT_READ)));
}

static void straddling_write(void) {
    __asm__ volatile("sd zero, -3(%0)" : : "r"(hole(PROT_READ | PROT_WRITE)) : "memory");
}

// A 4-byte instruction of which only the first half can be fetched.
static void straddling_fetch(void) {
    char *code = hole(PROT_READ | PROT_WRITE) - 2;
    *(uint16_t *)code = 0x0513;  // the low half of li a0, imm
    protect_pages(code + 2 - PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_EXEC);
    ((Function)code)();
}

// Runs off the end of the last executable page rather than jumping off it.
static void fall_off(void) {
    uint16_t *code = (uint16_t *)hole(PROT_READ | PROT_WRITE) - 1;
    *code = 0x0001;  // c.nop
    protect_pages((char *)(code + 1) - PAGE_SIZE, PAGE_SIZE, PROT_READ | PROT_EXEC);
    ((Function)code)();
}

static void revoked_jump(void) {
    uint32_t *code = map_pages(PAGE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC);
    *code = 0x00008067;  // ret
    __asm__ volatile("fence.i" ::: "memory");
    ((Function)code)();
    print("called once, revoking execution\n");
    protect_pages(code, PAGE_SIZE, PROT_READ);
    ((Function)code)();
}

static void atomic_write(void) {
    __asm__ volatile("amoadd.w zero, zero, (%0)" : : "r"(constant) : "memory");
}

static __attribute__((noinline)) long consume_stack(long depth) {
    volatile char frame[PAGE_SIZE / 2];
    frame[0] = (char)depth;
    return consume_stack(depth + 1) + frame[0];
}

static void stack_overflow(void) {
    print("unreachable: %d\n", consume_stack(0));
}

static const struct {
    const char *name;
    Function run;
} modes[] = {
    {"null-read", null_read},
    {"null-write", null_write},
    {"null-jump", null_jump},
    {"text-write", text_write},
    {"constant-write", constant_write},
    {"data-jump", data_jump},
    {"unmapped-read", unmapped_read},
    {"unmapped-jump", unmapped_jump},
    {"noncanonical-read", noncanonical_read},
    {"read-only-write", read_only_write},
    {"none-read", none_read},
    {"straddling-read", straddling_read},
    {"straddling-write", straddling_write},
    {"straddling-fetch", straddling_fetch},
    {"fall-off", fall_off},
    {"revoked-jump", revoked_jump},
    {"atomic-write", atomic_write},
    {"stack-overflow", stack_overflow},
};

enum { MODE_COUNT = sizeof modes / sizeof *modes };

int main(int argc, char **argv) {
    for (int i = 0; argc > 1 && i < MODE_COUNT; i++) {
        if (!text_equals(argv[1], modes[i].name))
            continue;
        print("about to fault: %s\n", modes[i].name);
        modes[i].run();
        print("no fault\n");
        return 1;
    }
    print("modes:");
    for (int i = 0; i < MODE_COUNT; i++)
        print(" %s", modes[i].name);
    print("\n");
    return 2;
}
