/* Start code of C and C++ guests: stack, global and thread pointers, constructors of static objects, main without
   arguments, and the end with its result. It is weak: a _start of the program's own replaces it. */
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
    la tp, __tls_base
    la s0, __init_array_start
    la s1, __init_array_end
1:  beq s0, s1, 2f
    LOAD t0, 0(s0)
    addi s0, s0, WORD
    jalr t0
    j 1b
    /* argc, argv and the environment: none, and lists that end at once. */
2:  li a0, 0
    la a1, no_strings
    la a2, no_strings
    call main
#ifdef JOLT_C_LIBRARY
    /* Runs what is to run at the end. */
    call exit
#else
    andi a0, a0, 255
    li t0, 0x7fff0008
    STORE a0, 0(t0)
    j .
#endif
    .size _start, . - _start

    .section .rodata.start.default, "a", @progbits
    .balign WORD
no_strings:
    .zero WORD
