/* Start code of C guests: stack and global pointers, main, exit with its result. */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    call main
    andi a0, a0, 255
    li t0, 0x7fff0008
    sd a0, 0(t0)
    j .
    .size _start, . - _start
