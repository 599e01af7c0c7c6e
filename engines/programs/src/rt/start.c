// Process start and end of the freestanding programs. In a static PIE nobody else applies the
// relocations, so that comes first; until it is done no pointer stored in data may be used.
#include "rt.h"

void rt_flush(void);
void rt_set_name(const char *name);
int main(int argc, char **argv);

#ifdef __pie__
typedef struct { int64_t tag; uint64_t value; } Dynamic;
typedef struct { uint64_t offset, info; int64_t addend; } Relocation;

enum { DT_RELA = 7, DT_RELASZ = 8, R_RISCV_RELATIVE = 3 };

extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const Dynamic _DYNAMIC[] __attribute__((visibility("hidden")));

// The file is linked at 0, so the address of its first byte is the load address.
static void relocate(void) {
    uint64_t base = (uint64_t)__ehdr_start;
    const Relocation *next = 0;
    uint64_t size = 0;
    for (const Dynamic *entry = _DYNAMIC; entry->tag != 0; entry++) {
        if (entry->tag == DT_RELA)
            next = (const Relocation *)(base + entry->value);
        if (entry->tag == DT_RELASZ)
            size = entry->value;
    }
    for (const Relocation *end = next + size / sizeof *next; next < end; next++) {
        if (next->info != R_RISCV_RELATIVE)
            __builtin_trap();
        *(uint64_t *)(base + next->offset) = base + next->addend;
    }
}
#else
static void relocate(void) {}
#endif

_Noreturn void rt_start(long *stack) {
    relocate();
    char **argv = (char **)(stack + 1);
    rt_set_name(argv[0]);
    rt_exit(main((int)stack[0], argv));
}

_Noreturn void rt_exit(int status) {
    rt_flush();
    for (;;)
        SYSCALL1(SYS_exit_group, status);
}
