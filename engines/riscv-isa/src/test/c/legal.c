/*
 * Executes one instruction at a time with all registers 0, and says whether it is legal: reads
 * encodings as hexadecimal lines, writes 1, or 0 for SIGILL, for each. Build with -static
 * -fno-pie -no-pie -Wl,--no-relax: when a signal arrives, no register has its usual value.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE 4096

extern char back[], leave[], leave_end[];
void execute(void *code);

static volatile int legal;
static char signal_stack[16384];

/* Saves what the C side needs, clears the registers and jumps; `leave' is what the page ends in. */
__asm__(
    "   .option norvc\n"
    "   .bss\n"
    "   .balign 8\n"
    "saved: .zero 14 * 8\n"
    "   .text\n"
    "   .globl execute, back, leave, leave_end\n"
    "execute:\n"
    "   la t0, saved\n"
    "   sd ra, 0(t0); sd sp, 8(t0); sd gp, 16(t0); sd tp, 24(t0)\n"
    "   sd s0, 32(t0); sd s1, 40(t0); sd s2, 48(t0); sd s3, 56(t0); sd s4, 64(t0)\n"
    "   sd s5, 72(t0); sd s6, 80(t0); sd s7, 88(t0); sd s8, 96(t0); sd s9, 104(t0)\n"
    "   mv t0, a0\n"
    "   .irp r, ra,sp,gp,tp,t1,t2,s0,s1,a0,a1,a2,a3,a4,a5,a6,a7,"
    "s2,s3,s4,s5,s6,s7,s8,s9,t3,t4,t5,t6\n"
    "   li \\r, 0\n"
    "   .endr\n"
    "   jr t0\n"
    "back:\n"
    "   la t0, saved\n"
    "   ld ra, 0(t0); ld sp, 8(t0); ld gp, 16(t0); ld tp, 24(t0)\n"
    "   ld s0, 32(t0); ld s1, 40(t0); ld s2, 48(t0); ld s3, 56(t0); ld s4, 64(t0)\n"
    "   ld s5, 72(t0); ld s6, 80(t0); ld s7, 88(t0); ld s8, 96(t0); ld s9, 104(t0)\n"
    "   ret\n"
    "leave:\n"
    "   lui t0, %hi(back)\n"
    "   addi t0, t0, %lo(back)\n"
    "   jr t0\n"
    "leave_end:\n"
    "   .option rvc\n");

static void on_signal(int number, siginfo_t *info, void *context)
{
    (void)info;
    legal = number != SIGILL;
    ((ucontext_t *)context)->uc_mcontext.__gregs[REG_PC] = (uintptr_t)back;
}

static void catch(int number)
{
    struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(number, &action, NULL);
}

int main(void)
{
    stack_t stack = {.ss_sp = signal_stack, .ss_size = sizeof signal_stack};
    char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint32_t code;

    sigaltstack(&stack, NULL);
    catch(SIGILL);
    catch(SIGSEGV);
    catch(SIGBUS);
    while (scanf("%x", &code) == 1) {
        int length = (code & 3) == 3 ? 4 : 2;
        mprotect(page, PAGE, PROT_READ | PROT_WRITE);
        memcpy(page, &code, length);
        memcpy(page + length, leave, leave_end - leave);
        mprotect(page, PAGE, PROT_READ | PROT_EXEC);
        __asm__ volatile("fence.i" ::: "memory");
        legal = 1;
        execute(page);
        puts(legal ? "1" : "0");
    }
    return 0;
}
