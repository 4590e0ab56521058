/* Start code of C and C++ guests: stack and global pointers, constructors of static objects, main, exit with
   its result. It is weak: a _start of the program's own replaces it. */
#if __riscv_xlen == 64
#define LOAD ld
#define STORE sd
#define WORD 8
#else
#define LOAD lw
#define STORE sw
#define WORD 4
#endif
    .section .text.start.default, "ax", @progbits
    .weak _start
    .type _start, @function
_start:
    .option push
    .option norelax
    la gp, __global_pointer$
    .option pop
    la sp, __stack_top
    la s0, __init_array_start
    la s1, __init_array_end
1:  beq s0, s1, 2f
    LOAD t0, 0(s0)
    addi s0, s0, WORD
    jalr t0
    j 1b
2:  call main
    andi a0, a0, 255
    li t0, 0x7fff0008
    STORE a0, 0(t0)
    j .
    .size _start, . - _start
