/* A bare machine: writes what it reads from the console, with the system call of HTIF, up to its
   end or to a dot. */
    .section .text.start, "ax"
    .globl _start
_start:
    la s0, tohost
    la s1, fromhost
    la s2, call
    la s3, letter
    li s4, '.'
    li s5, 1
    slli s5, s5, 56
next:
    sd zero, 0(s1)
    sd s5, 0(s0)             /* device 1, command 0: read */
    ld t0, 0(s1)
    beqz t0, end             /* no answer: the input has ended */
    andi t0, t0, 0xff
    beq t0, s4, end
    sb t0, 0(s3)
    li t1, 64                /* write(1, letter, 1) */
    sd t1, 0(s2)
    li t1, 1
    sd t1, 8(s2)
    sd s3, 16(s2)
    sd t1, 24(s2)
    sd zero, 0(s1)
    sd s2, 0(s0)
    ld t0, 0(s1)             /* answered, and one byte is written */
    li t1, 1
    bne t0, t1, fail
    ld t0, 0(s2)
    bne t0, t1, fail
    j next
end:
    li t1, 93                /* exit(7) */
    sd t1, 0(s2)
    li t1, 7
    sd t1, 8(s2)
    sd s2, 0(s0)
fail:
    li a0, 1
    j finish

    .data
    .balign 64
call:
    .dword 0, 0, 0, 0, 0, 0, 0, 0
letter:
    .byte 0

#include "console.h"
