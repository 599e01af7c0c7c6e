/* A bare machine: prints one line and ends. */
    .section .text.start, "ax"
    .globl _start
_start:
    la a0, greeting
    call print
    li a0, 0
    j finish

    .section .rodata
greeting:
    .string "Hello from a bare machine!\n"

#include "console.h"
