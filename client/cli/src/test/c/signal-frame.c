// Everything a handler finds on its stack, byte for byte, after signals of every kind.
#include "raw.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

static char other_stack[1 << 15] __attribute__((aligned(16)));
static sigjmp_buf recovery;
static int recovers;

// A process id differs from run to run.
static void dump(const char *name, const void *address, int size) {
    printf("%s", name);
    for (int i = 0; i < size; i += 4) {
        uint32_t word;
        memcpy(&word, (const char *)address + i, sizeof word);
        printf(i % 32 ? " " : "\n%4d: ", i);
        if (word == (uint32_t)getpid())
            printf("own id  ");
        else
            printf("%08x", word);
    }
    printf("\n");
}

static void handler(int signal, siginfo_t *info, void *context) {
    printf("signal %d, %p %p, returns to %p\n", signal, (void *)info, context,
           __builtin_return_address(0));
    dump("siginfo", info, 128);
    dump("ucontext", context, 704);
    if (recovers)
        siglongjmp(recovery, 1);
}

// Fills the stack below with a pattern, and registers with what the frame must hold.
static __attribute__((noinline)) void prepare(void) {
    volatile char below[4096];
    for (size_t i = 0; i < sizeof below; i++)
        below[i] = 0x5a;
    memset(other_stack, 0x5a, sizeof other_stack);
    __asm__ volatile(
        "fcvt.d.l fa0, %0\n fcvt.s.l fs1, %0\n fmv.d.x ft11, %1\n li t0, 0x31\n fscsr t0"
        :
        : "r"(7L), "r"(0x123456789abcdefL)
        : "t0", "fa0", "fs1", "ft11");
}

static void catch(int signal, int flags) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
    sigaction(signal, &action, 0);
}

#define FAULT(statement)                                                                           \
    if (!sigsetjmp(recovery, 1)) {                                                                 \
        prepare();                                                                                 \
        statement;                                                                                 \
    }

int main(void) {
    setvbuf(stdout, 0, _IOLBF, 1 << 12);
    for (int signal = 1; signal < SIGSYS; signal++)
        catch (signal, 0);
    prepare();
    kill(getpid(), SIGUSR1);
    prepare();
    raise(SIGUSR1);
    stack_t stack = {other_stack, 0, sizeof other_stack};
    sigaltstack(&stack, 0);
    prepare();
    sigqueue(getpid(), SIGTERM, (union sigval){.sival_ptr = (void *)0x123456789aL});
    catch (SIGUSR2, SA_ONSTACK);
    prepare();
    raise(SIGUSR2);
    catch (SIGSEGV, SA_ONSTACK);
    recovers = 1;
    FAULT(*(volatile int *)0x10 = 1)
    FAULT(*(volatile int *)&main = 1)
    FAULT((void)*(volatile long *)0x7fffeffc)
    FAULT((void)*(volatile long *)0x7ffff000)
    FAULT(((void (*)(void))other_stack)())
    FAULT(((void (*)(void))0x20)())
    FAULT(__asm__ volatile("unimp"))
    FAULT(__asm__ volatile("ebreak"))
    FAULT(__asm__ volatile("c.ebreak"))
    FAULT(__asm__ volatile("amoadd.d zero, zero, (%0)" : : "r"(other_stack + 4) : "memory"))
    return 0;
}
