# Entry point and the raw system call of the freestanding guest programs.
# At entry the Linux ABI leaves argc, argv, envp and auxv on the stack, where rt_start reads it.

    .text
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax             # relaxed, this would load gp relative to itself
    lla     gp, __global_pointer$
    .option pop
    mv      a0, sp
    li      s0, 0               # the outermost frame has no caller
    li      ra, 0
    tail    rt_start
    .size _start, . - _start

# long rt_syscall(long number, long a, long b, long c, long d, long e, long f)
    .globl rt_syscall
    .type rt_syscall, @function
rt_syscall:
    mv      a7, a0
    mv      a0, a1
    mv      a1, a2
    mv      a2, a3
    mv      a3, a4
    mv      a4, a5
    mv      a5, a6
    ecall
    ret
    .size rt_syscall, . - rt_syscall

    .section .note.GNU-stack, "", @progbits
