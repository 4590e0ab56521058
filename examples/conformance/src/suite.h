/* What the programs of this suite share. Preprocessed assembly for RV32 and RV64.

   BEGIN             the entry
   expect n, r, v    goes on if register r is v, else reports failure n; changes t6 and gp
   SUCCEED           reports success; below it the failure report and, with a signature, the copy to the
                     public output
   Signatures lie between SIGNATURE and SIGNATURE_END, and are written through s11. */

#define XLEN __riscv_xlen
#if XLEN == 64
#define WORD .dword
#define load ld
#define store sd
#define SIZE 8
#else
#define WORD .word
#define load lw
#define store sw
#define SIZE 4
#endif

#define MIN (-1 << (XLEN - 1))
#define MAX (~MIN)

.macro expect number, register, value
    li gp, \number
    li t6, \value
    bne \register, t6, fail
.endm

#define BEGIN \
    .section .text.start, "ax", @progbits; \
    .globl _start; \
_start:

/* Reports, and stops in a jump to itself. A host may end the program as soon as it reports; `fromhost` is
   there because some hosts look for it. */
#define SUCCEED \
    li a0, 1; \
    j report; \
fail: \
    slli a0, gp, 1; \
    ori a0, a0, 1; \
report: \
    la t0, tohost; \
    sw a0, 0(t0); \
    COPY_SIGNATURE \
stop: \
    j stop; \
    .section .tohost, "aw", @progbits; \
    .balign 64; \
    .globl tohost; \
tohost: \
    .dword 0; \
    .balign 64; \
    .globl fromhost; \
fromhost: \
    .dword 0

#ifdef HAS_SIGNATURE
/* The public output at 0x7fff8000, its length at 0x7fff0010. */
#define COPY_SIGNATURE \
    la t0, begin_signature; \
    la t1, end_signature; \
    li t2, 0x7fff8000; \
    li t3, 0x7fff0010; \
    sub t4, t1, t0; \
    store t4, 0(t3); \
90: load t3, 0(t0); \
    store t3, 0(t2); \
    addi t0, t0, SIZE; \
    addi t2, t2, SIZE; \
    bltu t0, t1, 90b;
#else
#define COPY_SIGNATURE
#endif

#define SIGNATURE \
    .section .signature, "aw", @progbits; \
    .balign 16; \
    .globl begin_signature; \
begin_signature:

#define SIGNATURE_END \
    .balign 16; \
    .globl end_signature; \
end_signature:

/* Appends a register to the signature. */
.macro sign register
    store \register, 0(s11)
    addi s11, s11, SIZE
.endm

/* Appends an operation on every pair of operands between `operands` and `operands_end`. */
.macro pairs operation
    la s0, operands
    la s2, operands_end
81: la s1, operands
    load a0, 0(s0)
82: load a1, 0(s1)
    \operation a2, a0, a1
    sign a2
    addi s1, s1, SIZE
    bne s1, s2, 82b
    addi s0, s0, SIZE
    bne s0, s2, 81b
.endm

/* Appends an operation on every operand; the rest of its operands are the same each time. */
.macro each operation:vararg
    la s0, operands
    la s2, operands_end
83: load a0, 0(s0)
    \operation
    sign a2
    addi s0, s0, SIZE
    bne s0, s2, 83b
.endm
