// illegal [FORM]: executes an instruction that no RV64GC machine knows; ends by SIGILL.
// FORM: zero (default; the 16-bit all-zero word), ones, opcode (a reserved major opcode),
// funct (OP with a funct7 nobody defines), machine (a CSR of another privilege).
#include "rt/rt.h"

int main(int argc, char **argv) {
    const char *form = argc > 1 ? argv[1] : "zero";
    print("executing an illegal instruction: %s\n", form);
    if (text_equals(form, "ones"))
        __asm__ volatile(".word 0xffffffff");
    if (text_equals(form, "opcode"))
        __asm__ volatile(".word 0x0000006b");
    if (text_equals(form, "funct"))
        __asm__ volatile(".word 0xfe000033");
    if (text_equals(form, "machine"))
        __asm__ volatile("csrr t0, mstatus" ::: "t0");
    __asm__ volatile(".half 0");
    print("still alive\n");
    return 1;
}
