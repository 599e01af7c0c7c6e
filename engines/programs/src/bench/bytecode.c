// An interpreter of its own: a register machine whose every operation is reached by an indirect
// jump through one table. It executes Collatz sequences and a linear search, written in its code.
#include "bench.h"

enum { REGISTERS = 8, CELLS = 64, NUMBERS = 250 };
enum { SET, MOVE, ADD, ADD_CONSTANT, MULTIPLY, AND, SHIFT, XOR };
enum { LOAD = XOR + 1, STORE, JUMP, IF_ZERO, IF_LESS, CALL, RETURN, HALT };

typedef struct { uint8_t operation, a, b, c; } Instruction;

// r0 = numbers, r1 = seed, r7 = sum; the memory is a ring of 64 cells.
static const Instruction program[] = {
    /* 0 next number */ {IF_ZERO, 0, 0, 22},
    {ADD_CONSTANT, 0, 0, (uint8_t)-1},
    {MOVE, 2, 1, 0},
    {CALL, 0, 0, 7},
    {CALL, 0, 0, 15},
    {ADD_CONSTANT, 1, 1, 3},
    {JUMP, 0, 0, 0},
    /* 7 Collatz: steps of r2 down to 1 are added to r7 */ {SET, 3, 0, 1},
    {IF_LESS, 2, 3, 14},
    {IF_LESS, 3, 2, 10},
    /* 10 a step; the first comes for nothing */ {AND, 4, 2, 3},
    {CALL, 0, 0, 23},
    {ADD_CONSTANT, 7, 7, 1},
    {IF_LESS, 3, 2, 10},
    {RETURN, 0, 0, 0},
    /* 15 search: stores r7, then looks for it from cell 0 */ {STORE, 7, 1, 0},
    {SET, 5, 0, 0},
    {LOAD, 6, 5, 0},
    {XOR, 6, 6, 7},
    {IF_ZERO, 6, 0, 14},
    {ADD_CONSTANT, 5, 5, 1},
    {JUMP, 0, 0, 17},
    /* 22 */ {HALT, 0, 0, 0},
    /* 23 halves an even r2, else 3 r2 + 1 */ {IF_ZERO, 4, 0, 28},
    {SET, 4, 0, 3},
    {MULTIPLY, 2, 2, 4},
    {ADD_CONSTANT, 2, 2, 1},
    {RETURN, 0, 0, 0},
    /* 28 */ {SHIFT, 2, 2, 1},
    {RETURN, 0, 0, 0},
};

static void interpret(uint64_t r[REGISTERS]) {
    static const void *const targets[] = {
        &&set, &&move, &&add, &&add_constant, &&multiply, &&and, &&shift, &&xor,
        &&load, &&store, &&jump, &&if_zero, &&if_less, &&call, &&ret, &&halt};
    static uint64_t cells[CELLS];
    const Instruction *next = program, *links[8], **link = links;
    Instruction now;
#define DISPATCH now = *next++; goto *targets[now.operation]
    DISPATCH;
set: r[now.a] = now.c; DISPATCH;
move: r[now.a] = r[now.b]; DISPATCH;
add: r[now.a] = r[now.b] + r[now.c]; DISPATCH;
add_constant: r[now.a] = r[now.b] + (uint64_t)(int8_t)now.c; DISPATCH;
multiply: r[now.a] = r[now.b] * r[now.c]; DISPATCH;
and: r[now.a] = r[now.b] & r[now.c]; DISPATCH;
shift: r[now.a] = r[now.b] >> now.c; DISPATCH;
xor: r[now.a] = r[now.b] ^ r[now.c]; DISPATCH;
load: r[now.a] = cells[r[now.b] % CELLS]; DISPATCH;
store: cells[r[now.b] % CELLS] = r[now.a]; DISPATCH;
jump: next = program + now.c; DISPATCH;
if_zero: if (r[now.a] == 0) next = program + now.c; DISPATCH;
if_less: if (r[now.a] < r[now.b]) next = program + now.c; DISPATCH;
call: *link++ = next; next = program + now.c; DISPATCH;
ret: next = *--link; DISPATCH;
halt: return;
#undef DISPATCH
}

static uint64_t run_bytecode(uint32_t unit) {
    uint64_t registers[REGISTERS] = {NUMBERS, (unit % 4096 + 1) * 2654435761u};
    interpret(registers);
    return checksum_word(CHECKSUM_START, registers[7]);
}

int main(int argc, char **argv) {
    return run_bench(argc, argv, "bytecode", run_bytecode);
}
