# Loads, stores and moves of floating-point registers: of programs that do not calculate they are nearly all
# instructions that trap, and storing all registers would be most of what they cost.
#
# fld, flw, fsd, fsw and their compressed forms. What is anything else, but for arithmetic, or accesses memory that a program does not
# have, goes on in kernel_trap_rest, as if this had not been tried. The value of a register by its number comes from a
# table of moves, two instructions each.
.section .text.moves, "ax", @progbits
.option push
.option norelax

# To the library, unless the address in t0 is one of the program's memory. Changes t2.
.macro in_memory
    srli t2, t0, 16
    beqz t2, kernel_trap_rest
    srli t2, t0, 28
    sltiu t2, t2, 15
    beqz t2, kernel_trap_rest
.endm

.globl kernel_float
.type kernel_float, @function
kernel_float:
    csrr t1, mtval
    andi t2, t1, 3
    addi t2, t2, -3
    bnez t2, 3f
    # Loads and stores, arithmetic, and of the rest what is fused or a control and status register.
    andi t2, t1, 0x40
    beqz t2, kernel_integer_operand
    andi t2, t1, 0x30
    addi t2, t2, -0x10
    beqz t2, kernel_arithmetic
    j kernel_trap_rest
    # rs1, an integer register.
.globl kernel_integer_operand
kernel_integer_operand:
    srli t0, t1, 12
    andi t0, t0, 0xf8
    la t2, kernel_register
    add t2, t2, t0
    jr t2
kernel_register:
    li t0, 0
    j 1f
    mv t0, x1
    j 1f
    csrr t0, mscratch
    j 1f
    mv t0, x3
    j 1f
    mv t0, x4
    j 1f
    ld t0, 40(sp)
    j 1f
    ld t0, 48(sp)
    j 1f
    ld t0, 56(sp)
    j 1f
.irp number, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    mv t0, x\number
    j 1f
.endr
1:  andi t2, t1, 0x40
    bnez t2, kernel_from_integer
    andi t2, t1, 0x20
    bnez t2, 6f
    # A load: its offset.
    sraiw t2, t1, 20
    add t0, t0, t2
    in_memory
    srli t2, t1, 12
    andi t2, t2, 7
    addi t2, t2, -3
    bnez t2, 7f
    ld t0, 0(t0)
    # The destination.
5:  srli t1, t1, 4
    andi t1, t1, 0xf8
    add t1, t1, sp
    sd t0, 256(t1)
    li t1, 4
    # To the instruction behind, t1 bytes on.
8:  csrr t0, mepc
    add t0, t0, t1
    csrw mepc, t0
    ld x5, 40(sp)
    ld x6, 48(sp)
    ld x7, 56(sp)
    program_stack
    mret
    # Of 32 bits, with all upper bits set.
7:  addi t2, t2, 1
    bnez t2, kernel_trap_rest
    lwu t0, 0(t0)
    li t2, -1
    slli t2, t2, 32
    or t0, t0, t2
    j 5b
    # A store: its offset.
6:  sraiw t2, t1, 20
    andi t2, t2, -32
    add t0, t0, t2
    srli t2, t1, 7
    andi t2, t2, 31
    add t0, t0, t2
    in_memory
    srli t2, t1, 12
    andi t2, t2, 7
    addi t2, t2, -3
    srli t1, t1, 17
    andi t1, t1, 0xf8
    add t1, t1, sp
    bnez t2, 7f
    ld t1, 256(t1)
    sd t1, 0(t0)
    li t1, 4
    j 8b
7:  addi t2, t2, 1
    bnez t2, kernel_trap_rest
    ld t1, 256(t1)
    sw t1, 0(t0)
    li t1, 4
    j 8b
    # Compressed: of doubles, in quadrants 0 and 2.
3:  andi t2, t1, 1
    bnez t2, kernel_trap_rest
    srli t2, t1, 13
    andi t2, t2, 3
    addi t2, t2, -1
    bnez t2, kernel_trap_rest
    andi t2, t1, 2
    bnez t2, 9f
    # From one of x8 to x15.
    srli t0, t1, 4
    andi t0, t0, 0x38
    la t2, kernel_register_compressed
    add t2, t2, t0
    jr t2
kernel_register_compressed:
.irp number, 8, 9, 10, 11, 12, 13, 14, 15
    mv t0, x\number
    j 4f
.endr
4:  srli t2, t1, 7
    andi t2, t2, 0x38
    add t0, t0, t2
    slli t2, t1, 1
    andi t2, t2, 0xc0
    add t0, t0, t2
    in_memory
    srli t2, t1, 15
    slli t1, t1, 1
    andi t1, t1, 0x38
    addi t1, t1, 64
    j 5f
    # From the stack pointer: a store, or a load.
9:  csrr t0, mscratch
    srli t2, t1, 15
    bnez t2, 6f
    srli t2, t1, 7
    andi t2, t2, 0x20
    add t0, t0, t2
    srli t2, t1, 2
    andi t2, t2, 0x18
    add t0, t0, t2
    slli t2, t1, 4
    andi t2, t2, 0x1c0
    add t0, t0, t2
    in_memory
    srli t1, t1, 4
    andi t1, t1, 0xf8
    li t2, 0
    j 5f
6:  srli t2, t1, 7
    andi t2, t2, 0x38
    add t0, t0, t2
    srli t2, t1, 1
    andi t2, t2, 0x1c0
    add t0, t0, t2
    in_memory
    slli t1, t1, 1
    andi t1, t1, 0xf8
    li t2, 1
    # The address is in t0, eight times the register's number in t1, and in t2 whether it is a store.
5:  add t1, t1, sp
    bnez t2, 6f
    ld t0, 0(t0)
    sd t0, 256(t1)
    li t1, 2
    j 8b
6:  ld t1, 256(t1)
    sd t1, 0(t0)
    li t1, 2
    j 8b
.size kernel_float, . - kernel_float
.option pop
