// Signals that end a process, or only nearly. The argument chooses.
#include "raw.h"

#include <signal.h>
#include <stdlib.h>

static char other_stack[1 << 15] __attribute__((aligned(16)));
static int depth;

static int is_on_other_stack(void *address) {
    return (char *)address >= other_stack && (char *)address < other_stack + sizeof other_stack;
}

static void nest(int signal) {
    printf("depth %d, on the other stack %d\n", ++depth, is_on_other_stack(&signal));
    raise(signal);
}

static void fault(int signal) {
    printf("fault %d of %d\n", ++depth, signal);
    if (depth == 3)
        _exit(9);
    *(volatile int *)NOWHERE = 1;
}

static void leave(int signal) {
    printf("left after %d, on the other stack %d\n", signal, is_on_other_stack(&signal));
    _exit(7);
}

static void return_from_nowhere(int signal) {
    printf("return after %d\n", signal);
    __asm__ volatile("li sp, 64\n li a7, 139\n ecall");
}

static __attribute__((noinline)) long recurse(long level) {
    volatile char room[4096];
    room[0] = (char)level;
    return recurse(level + 1) + room[0];
}

static void catch(int signal, void (*handler)(int), int flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
    sigaction(signal, &action, 0);
}

static void fault_with_stack(void *stack) {
    __asm__ volatile("mv sp, %0\n ld a0, 0(zero)" : : "r"(stack));
}

static void end(int mode) {
    switch (mode) {
    case 0: catch (SIGUSR1, nest, SA_ONSTACK | SA_NODEFER), raise(SIGUSR1); break;
    case 1: catch (SIGSEGV, leave, SA_ONSTACK), recurse(0); break;
    case 2: catch (SIGSEGV, leave, 0), recurse(0); break;
    case 3: catch (SIGSEGV, fault, 0), fault_with_stack(other_stack + 9000); break;
    case 4: catch (SIGSEGV, fault, SA_NODEFER), fault_with_stack(other_stack + 30000); break;
    case 5: signal(SIGSEGV, SIG_IGN), fault_with_stack(0); break;
    case 6: catch (SIGUSR1, return_from_nowhere, 0), raise(SIGUSR1); break;
    case 7:
        catch (SIGUSR1, return_from_nowhere, 0), catch (SIGSEGV, leave, SA_ONSTACK);
        raise(SIGUSR1);
        break;
    case 8:
        catch (SIGUSR1, (void (*)(int))NOWHERE, 0), catch (SIGSEGV, leave, SA_ONSTACK);
        raise(SIGUSR1);
        break;
    case 9: catch (SIGUSR1, nest, SA_RESETHAND | SA_NODEFER), raise(SIGUSR1); break;
    case 10: raise(SIGKILL); break;
    case 11: catch (SIGUSR1, SIG_ERR, 0), raise(SIGUSR1); break;
    case 12: catch (SIGSEGV, leave, 0), fault_with_stack(0); break;
    case 13: catch (SIGSEGV, leave, 0), fault_with_stack(other_stack + 64); break;
    case 14: raise(SIGCHLD), raise(SIGURG), raise(SIGWINCH), raise(SIGCONT); break;
    case 15: {
        sigset_t all;
        sigfillset(&all), sigprocmask(SIG_SETMASK, &all, 0);
        catch (SIGILL, leave, 0);
        __asm__ volatile("unimp");
        break;
    }
    default: abort();
    }
}

int main(int argc, char **argv) {
    setvbuf(stdout, 0, _IOLBF, 256);
    stack_t stack = {other_stack, 0, sizeof other_stack};
    sigaltstack(&stack, 0);
    end(atoi(argv[argc - 1]));
    printf("alive\n");
    return 5;
}
