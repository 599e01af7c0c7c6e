// Division by zero and overflowing division do not trap on RISC-V; prints the results that the
// unprivileged specification, "M" extension, prescribes instead.
#include "rt/rt.h"

// In assembly, since for C all of these are undefined behaviour.
#define DIVIDE(op, dividend, divisor)                                                            \
    do {                                                                                         \
        long result;                                                                             \
        __asm__ volatile(#op " %0, %1, %2" : "=r"(result) : "r"(dividend), "r"(divisor));        \
        print("%-6s %d / %d = %d\n", #op, dividend, divisor, result);                            \
    } while (0)

static void divide_all(long dividend, long divisor) {
    DIVIDE(div, dividend, divisor);
    DIVIDE(divu, dividend, divisor);
    DIVIDE(rem, dividend, divisor);
    DIVIDE(remu, dividend, divisor);
    DIVIDE(divw, dividend, divisor);
    DIVIDE(divuw, dividend, divisor);
    DIVIDE(remw, dividend, divisor);
    DIVIDE(remuw, dividend, divisor);
}

int main(void) {
    divide_all(42, 0);
    divide_all(-42, 0);
    divide_all(INT64_MIN, -1);
    divide_all(INT32_MIN, -1);
    divide_all(7, 1L << 32);
    return 0;
}
