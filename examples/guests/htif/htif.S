/* A foreign program: no guest library, reports through the word at `tohost` and stops in a jump to itself.
   Computes 10! in two ways and reports 1 (success), or (n << 1) | 1 for failure n. */
    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    li t0, 1
    li t1, 10
1:  mul t0, t0, t1
    addi t1, t1, -1
    bnez t1, 1b

    li t2, 3628800
    li a0, (1 << 1) | 1
    bne t0, t2, report

    li t3, 10
2:  divu t2, t2, t3
    addi t3, t3, -1
    bnez t3, 2b
    li t4, 1
    li a0, (2 << 1) | 1
    bne t2, t4, report
    li a0, 1
    .size _start, . - _start
    .type report, @function
report:
    la t5, tohost
    sd a0, 0(t5)
    j .
    .size report, . - report

    .section .data, "aw", @progbits
    .balign 64
    .globl tohost
tohost:
    .dword 0
    .size tohost, 8
