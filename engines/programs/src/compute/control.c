// Kernels of control flow: deep and mutual recursion, and an interpreter whose every operation is
// an indirect jump.
#include <stddef.h>

#include "kernels.h"

enum { QUEENS = 8, FIBONACCI = 22, ACKERMANN = 5, BYTECODE_ROUNDS = 5000 };

static uint32_t fibonacci(uint32_t n) {
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static uint32_t ackermann(uint32_t m, uint32_t n) {
    if (m == 0)
        return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

// Counts the placements of queens on the free columns, forbidding the given first column.
static uint32_t place(uint32_t free, uint32_t left, uint32_t right, uint32_t forbidden) {
    if (free == 0)
        return 1;
    uint32_t count = 0;
    for (uint32_t open = free & ~left & ~right & ~forbidden; open != 0; open &= open - 1) {
        uint32_t queen = open & -open;
        count += place(free & ~queen, (left | queen) << 1, (right | queen) >> 1, 0);
    }
    return count;
}

uint64_t run_recursion(uint32_t unit) {
    uint64_t sum = checksum_word(CHECKSUM_START, fibonacci(FIBONACCI + unit % 2));
    sum = checksum_word(sum, ackermann(2, ACKERMANN + unit % 50));
    return checksum_word(sum, place((1u << QUEENS) - 1, 0, 0, 1u << unit % QUEENS));
}

// Operations of a stack machine; each but HALT is followed by its successor in the program.
enum { PUSH, ADD, XOR, MULTIPLY, SWAP, STORE, LOAD, DECREMENT, REPEAT, HALT };

static const uint8_t program[] = {
    LOAD, 0, LOAD, 1, ADD, PUSH, 37, MULTIPLY, STORE, 0, LOAD, 1, LOAD, 0, SWAP, XOR, PUSH, 5, ADD,
    STORE, 1, DECREMENT, 2, REPEAT, 0, HALT,
};

static void interpret(uint64_t variables[3]) {
    static const void *const targets[] = {
        &&push, &&add, &&xor, &&multiply, &&swap, &&store, &&load, &&decrement, &&repeat, &&halt};
    uint64_t stack[8], *top = stack;
    const uint8_t *next = program;
#define DISPATCH goto *targets[*next++]
    DISPATCH;
push: *top++ = *next++; DISPATCH;
add: top--; top[-1] += *top; DISPATCH;
xor: top--; top[-1] ^= *top; DISPATCH;
multiply: top--; top[-1] *= *top; DISPATCH;
swap: { uint64_t swapped = top[-1]; top[-1] = top[-2]; top[-2] = swapped; } DISPATCH;
store: variables[*next++] = *--top; DISPATCH;
load: *top++ = variables[*next++]; DISPATCH;
decrement: variables[*next++]--; DISPATCH;
repeat: next = variables[2] != 0 ? program + *next : next + 1; DISPATCH;
halt: return;
#undef DISPATCH
}

uint64_t run_bytecode(uint32_t unit) {
    uint64_t variables[3] = {unit, ~(uint64_t)unit, BYTECODE_ROUNDS};
    interpret(variables);
    return checksum_word(checksum_word(CHECKSUM_START, variables[0]), variables[1]);
}
