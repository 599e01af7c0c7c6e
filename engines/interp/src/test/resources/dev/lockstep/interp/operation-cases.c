/* Executes cases of instructions from stdin and writes what came out of each to stdout. */
#include <stdint.h>
#include <stdio.h>

struct test_case {
    uint64_t operation, rounding, a, b, c;
};

struct outcome {
    uint64_t result, flags;
};

/* Assembled from the cases' instructions: sets both register files to a, b, c, executes one. */
extern uint64_t (*const operations[])(uint64_t a, uint64_t b, uint64_t c);

int main(void)
{
    struct test_case test;
    while (fread(&test, sizeof test, 1, stdin) == 1) {
        struct outcome outcome;
        __asm__ volatile("fsrm %0\n\tfsflags zero" : : "r"(test.rounding));
        outcome.result = operations[test.operation](test.a, test.b, test.c);
        __asm__ volatile("frflags %0\n\tfsrm zero" : "=r"(outcome.flags));
        fwrite(&outcome, sizeof outcome, 1, stdout);
    }
    return ferror(stdin) || fflush(stdout) != 0;
}
