# Sums, products, comparisons and conversions of ordinary numbers: operands that are zero or subnormal, infinite or NaN,
# results that are, and rounding modes other than the usual one (to the nearest, ties to even) are left to the library, for
# which everything is put back. So is what has no code here.
#
# A number is taken apart as the library does it: the exponent's field, and a significand with its leading one in bit 63 or
# 62. The parameter of the macros is the format: 52 or 23, the bits of the fraction.

.section .text.arithmetic, "ax", @progbits
.option push
.option norelax
.option arch, +m, +zba, +zbb, +zbs

# The registers that arithmetic needs beside t0 to t2.
.macro save_more
    sd a0, 80(sp)
    sd a1, 88(sp)
    sd a2, 96(sp)
    sd a3, 104(sp)
.endm

.macro load_more
    ld a0, 80(sp)
    ld a1, 88(sp)
    ld a2, 96(sp)
    ld a3, 104(sp)
.endm

# To the library, unless the mode is the usual one. Changes t0.
.macro usual_mode
    slli t0, t1, 49
    srai t0, t0, 61
    addi t0, t0, 1
    bnez t0, 98f
    # The mode in frm.
    ld t0, 512(sp)
    srli t0, t0, 5
    bnez t0, kernel_trap_rest
    j 99f
98: addi t0, t0, -1
    bnez t0, kernel_trap_rest
99:
.endm

.macro first_operand
    srli t0, t1, 12
    andi t0, t0, 0xf8
    add t0, t0, sp
    ld t0, 256(t0)
.endm

# The operands in t0 and t2.
.macro operands
    first_operand
    srli t2, t1, 17
    andi t2, t2, 0xf8
    add t2, t2, sp
    ld t2, 256(t2)
.endm

# To `to`, unless all upper bits are set in both operands, as they are where numbers of 32 bits are. Leaves -1 in a0.
.macro both_single, to
    srai a0, t0, 32
    srai a1, t2, 32
    and a0, a0, a1
    addi a1, a0, 1
    bnez a1, \to
.endm

# Of the numbers in t0 and t2: without sign in a0 and a1, at the top of the word.
.macro magnitudes fraction
.if \fraction == 52
    slli a0, t0, 1
    slli a1, t2, 1
.else
    slli a0, t0, 33
    slli a1, t2, 33
.endif
.endm

# The field of the exponent, from a magnitude.
.macro exponent fraction, to, from
.if \fraction == 52
    srli \to, \from, 53
.else
    srli \to, \from, 56
.endif
.endm

# A magnitude becomes a significand, its leading one in bit 63.
.macro significand fraction, number
.if \fraction == 52
    slli \number, \number, 10
.else
    slli \number, \number, 7
.endif
    bseti \number, \number, 63
.endm

# How much an exponent's field is less than that of infinities and NaN.
.macro top fraction, to, from
.if \fraction == 52
    addi \to, \from, -2047
.else
    addi \to, \from, -255
.endif
.endm

# Without what is below the sign; what a register has above it stays.
.macro sign_alone fraction, to, from
.if \fraction == 52
    srli \to, \from, 63
    slli \to, \to, 63
.else
    srli \to, \from, 31
    slli \to, \to, 31
.endif
.endm

.macro inexact_flag
    ld t2, 512(sp)
    ori t2, t2, 1
    sd t2, 512(sp)
.endm

# Rounds: a significand with its leading one in bit 63 in a0, the exponent's field, 1 or more, in a2, and the sign at its
# place in t0, below whatever a register has there. Ends in a register of F and D.
.macro round fraction
.if \fraction == 52
    slli a1, a0, 53
    srli a3, a0, 11
.else
    slli a1, a0, 24
    srli a3, a0, 40
.endif
    addi a2, a2, -1
    slli a2, a2, \fraction
    beqz a1, 1f
    # The rest is at the top of a1: up if it is more than half, or half and the number odd.
    andi t2, a3, 1
    add t2, t2, a1
    addi t2, t2, -1
    srli t2, t2, 63
    add a3, a3, t2
    inexact_flag
1:  add a3, a3, a2
    srli t2, a3, \fraction
    top \fraction, t2, t2
    bgez t2, kernel_arithmetic_rest
    sign_alone \fraction, t0, t0
    or a3, a3, t0
.endm

# To the library, unless bits 12 to 14 are 0, 1 or 2. Changes t0.
.macro variant_below_3
    slli t0, t1, 49
    bltz t0, kernel_trap_rest
    srli t0, t0, 61
    addi t0, t0, -3
    beqz t0, kernel_trap_rest
.endm

# To the library, unless rs2 and bits 12 to 14 are 0. Changes t0.
.macro no_rs2_nor_variant
    slli t0, t1, 39
    srli t0, t0, 59
    bnez t0, kernel_trap_rest
    slli t0, t1, 49
    srli t0, t0, 61
    bnez t0, kernel_trap_rest
.endm

# To the library, unless rs2 is the number of a kind of integers, 0 to 3. Changes t0.
.macro integer_of_rs2
    slli t0, t1, 39
    srli t0, t0, 61
    bnez t0, kernel_trap_rest
.endm

# To the library, if a number with its exponent's field in a2 or a3 is infinite or NaN.
.macro both_finite fraction
    top \fraction, a2, a2
    beqz a2, kernel_arithmetic_rest
    top \fraction, a3, a3
    beqz a3, kernel_arithmetic_rest
.endm

# The significand in a1, a3 places down: in t2, what falls off as its last bit. To `far`, if nothing but that is left.
.macro aligned fraction, far
    li t2, \fraction + 4
    bgeu a3, t2, \far
    srl t2, a1, a3
    sll a3, t2, a3
    xor a3, a3, a1
    snez a3, a3
    or t2, t2, a3
.endm

# Of t0 and t2, of which t2 may have changed its sign.
.macro sum fraction
    magnitudes \fraction
    xor t2, t0, t2
    # The larger one first, with the sign in t0; whether signs differ at the top of t2.
    bgeu a0, a1, 1f
    xor t0, t0, t2
    xor a0, a0, a1
    xor a1, a0, a1
    xor a0, a0, a1
1:
.if \fraction == 23
    slli t2, t2, 32
.endif
    exponent \fraction, a2, a0
    top \fraction, a3, a2
    beqz a3, kernel_arithmetic_rest
    exponent \fraction, a3, a1
    beqz a3, 6f
    sub a3, a2, a3
    significand \fraction, a0
    significand \fraction, a1
    srli a0, a0, 1
    srli a1, a1, 1
    # What is below a quarter of the last digit does not matter for the result.
    bltz t2, 4f
    aligned \fraction, 5f
    add a0, a0, t2
    bltz a0, 2f
    slli a0, a0, 1
    j kernel_round_\fraction
2:  addi a2, a2, 1
    j kernel_round_\fraction
    # The difference.
4:  aligned \fraction, 5f
    sub a0, a0, t2
    beqz a0, 3f
    clz a1, a0
    sll a0, a0, a1
    addi a2, a2, 1
    sub a2, a2, a1
    bgtz a2, kernel_round_\fraction
    j kernel_arithmetic_rest
    # It is zero.
3:
.if \fraction == 52
    li a3, 0
.else
    li a3, -1
    slli a3, a3, 32
.endif
    j kernel_arithmetic_float
    # The larger one, and it is not exact.
5:  inexact_flag
    mv a3, t0
    j kernel_arithmetic_float
    # The smaller one is 0 and the larger one is normal: the larger one.
6:  bnez a1, kernel_arithmetic_rest
    beqz a2, kernel_arithmetic_rest
    mv a3, t0
    j kernel_arithmetic_float
.endm

.macro product fraction
    magnitudes \fraction
    xor t0, t0, t2
.if \fraction == 23
    li t2, -1
    slli t2, t2, 32
    or t0, t0, t2
.endif
    exponent \fraction, a2, a0
    exponent \fraction, a3, a1
    beqz a2, 6f
    beqz a3, 6f
    add t2, a2, a3
    both_finite \fraction
.if \fraction == 52
    addi a2, t2, -1023
.else
    addi a2, t2, -127
.endif
    significand \fraction, a0
    significand \fraction, a1
    mulhu a3, a0, a1
    mul a0, a0, a1
    snez a0, a0
    or a0, a0, a3
    bltz a0, 2f
    slli a0, a0, 1
    bgtz a2, kernel_round_\fraction
    j kernel_arithmetic_rest
2:  addi a2, a2, 1
    bgtz a2, kernel_round_\fraction
    j kernel_arithmetic_rest
    # One of them is zero and the other one finite: zero.
6:  beqz a0, 7f
    bnez a1, kernel_arithmetic_rest
7:  both_finite \fraction
    sign_alone \fraction, a3, t0
    j kernel_arithmetic_float
.endm

.macro comparison fraction
    operands
    sd a0, 80(sp)
    sd a1, 88(sp)
.if \fraction == 23
    both_single 8f
    slli t0, t0, 32
    slli t2, t2, 32
.endif
    # Infinity, too, is left to the library.
    slli a0, t0, 1
    slli a1, t2, 1
.if \fraction == 52
    srli a0, a0, 53
    srli a1, a1, 53
.else
    srli a0, a0, 56
    srli a1, a1, 56
.endif
    top \fraction, a0, a0
    beqz a0, 8f
    top \fraction, a1, a1
    beqz a1, 8f
    or a0, t0, t2
    slli a0, a0, 1
    bnez a0, 1f
    # Zeros are equal.
    li t0, 0
    li t2, 0
    # As numbers with a sign, in the order of what they stand for.
1:  srai a0, t0, 63
    srli a0, a0, 1
    xor t0, t0, a0
    srai a0, t2, 63
    srli a0, a0, 1
    xor t2, t2, a0
    slli a0, t1, 50
    bltz a0, 3f
    slli a1, a0, 1
    ld a0, 80(sp)
    bltz a1, 2f
    slt t0, t2, t0
    xori t0, t0, 1
    ld a1, 88(sp)
    j kernel_write
2:  slt t0, t0, t2
    ld a1, 88(sp)
    j kernel_write
3:  xor t0, t0, t2
    seqz t0, t0
    ld a0, 80(sp)
    ld a1, 88(sp)
    j kernel_write
8:  ld a0, 80(sp)
    ld a1, 88(sp)
    j kernel_trap_rest
.endm

# The sign of another number, its opposite, or the product of both signs.
.macro signs fraction
    operands
.if \fraction == 23
    sd a0, 80(sp)
    sd a1, 88(sp)
    both_single 8f
    ld a0, 80(sp)
    ld a1, 88(sp)
.endif
    slli t1, t1, 50
    bltz t1, 2f
    slli t1, t1, 1
    bgez t1, 3f
    not t2, t2
    j 3f
2:  xor t2, t0, t2
3:  csrr t1, mtval
.if \fraction == 52
    slli t0, t0, 1
    srli t0, t0, 1
    srli t2, t2, 63
    slli t2, t2, 63
    or t0, t0, t2
.else
    bclri t0, t0, 31
    bexti t2, t2, 31
    slli t2, t2, 31
    or t0, t0, t2
.endif
    j kernel_float_register
.if \fraction == 23
8:  ld a0, 80(sp)
    ld a1, 88(sp)
    j kernel_trap_rest
.endif
.endm

# To an integer with a sign, towards zero: what compilers make of conversions.
.macro to_integer fraction
    slli t0, t1, 49
    srli t0, t0, 61
    addi t0, t0, -1
    bnez t0, kernel_trap_rest
    # Without a sign?
    slli t0, t1, 43
    bltz t0, kernel_trap_rest
    first_operand
    save_more
.if \fraction == 23
    srai a0, t0, 32
    addi a0, a0, 1
    bnez a0, kernel_arithmetic_rest
    slli t0, t0, 32
.endif
    slli a0, t0, 1
    exponent \fraction, a2, a0
.if \fraction == 52
    addi a2, a2, -1023
.else
    addi a2, a2, -127
.endif
    bltz a2, 3f
    # 31 or 63 bits are enough for every number that is not too large, but for the least one.
    slli t2, t1, 42
    srli t2, t2, 63
    slli t2, t2, 5
    addi t2, t2, 31
    bgeu a2, t2, kernel_arithmetic_rest
    significand \fraction, a0
    li t2, 63
    sub a2, t2, a2
    srl a1, a0, a2
    sll a2, a1, a2
    beq a0, a2, 1f
    inexact_flag
1:  bgez t0, 2f
    neg a1, a1
2:  mv t0, a1
    load_more
    j kernel_write
    # Below 1: 0.
3:  beqz a0, 4f
    inexact_flag
4:  li t0, 0
    load_more
    j kernel_write
.endm

# From an integer in t0, whose kind is in bits 20 and 21 of t1.
.macro from_integer fraction
    save_more
    slli t2, t1, 42
    bltz t2, 1f
    slli t2, t2, 1
    bltz t2, 2f
    sext.w t0, t0
    j 3f
2:  zext.w t0, t0
    j 3f
    # Of 64 bits without a sign: as one with a sign, if it is one.
1:  slli t2, t2, 1
    bgez t2, 3f
    bltz t0, kernel_arithmetic_rest
3:  mv a0, t0
.if \fraction == 23
    srai t0, t0, 63
    slli t2, t0, 31
    li t0, -1
    slli t0, t0, 32
    or t0, t0, t2
.endif
    beqz a0, 5f
    bgez a0, 4f
    neg a0, a0
4:  clz a1, a0
    sll a0, a0, a1
.if \fraction == 52
    li a2, 1023 + 63
.else
    li a2, 127 + 63
.endif
    sub a2, a2, a1
    j kernel_round_\fraction
5:  mv a3, t0
    j kernel_arithmetic_float
.endm

.globl kernel_arithmetic
.type kernel_arithmetic, @function
kernel_arithmetic:
    srli t2, t1, 25
    slli t2, t2, 2
1:  auipc t0, %pcrel_hi(kernel_operations)
    add t0, t0, t2
    jr %pcrel_lo(1b)(t0)

# By the upper seven bits of an instruction.
kernel_operations:
    j kernel_add_23
    j kernel_add_52
    j kernel_trap_rest
    j kernel_trap_rest
    j kernel_subtract_23
    j kernel_subtract_52
    j kernel_trap_rest
    j kernel_trap_rest
    j kernel_multiply_23
    j kernel_multiply_52
.rept 6
    j kernel_trap_rest
.endr
    j kernel_signs_23
    j kernel_signs_52
.rept 14
    j kernel_trap_rest
.endr
    j kernel_narrow
    j kernel_widen
.rept 46
    j kernel_trap_rest
.endr
    j kernel_compare_23
    j kernel_compare_52
.rept 14
    j kernel_trap_rest
.endr
    j kernel_to_integer_23
    j kernel_to_integer_52
.rept 6
    j kernel_trap_rest
.endr
    j kernel_from_register
    j kernel_from_register
.rept 6
    j kernel_trap_rest
.endr
    j kernel_move_23
    j kernel_move_52
.rept 6
    j kernel_trap_rest
.endr
    j kernel_from_register
    j kernel_from_register
.rept 6
    j kernel_trap_rest
.endr

kernel_subtract_52:
    usual_mode
    operands
    binvi t2, t2, 63
    j 1f
kernel_add_52:
    usual_mode
    operands
1:  save_more
    sum 52

kernel_subtract_23:
    usual_mode
    operands
    save_more
    both_single kernel_arithmetic_rest
    binvi t2, t2, 31
    j 1f
kernel_add_23:
    usual_mode
    operands
    save_more
    both_single kernel_arithmetic_rest
1:  sum 23

kernel_multiply_52:
    usual_mode
    operands
    save_more
    product 52

kernel_multiply_23:
    usual_mode
    operands
    save_more
    both_single kernel_arithmetic_rest
    product 23

kernel_compare_23:
    variant_below_3
    comparison 23
kernel_compare_52:
    variant_below_3
    comparison 52

kernel_signs_23:
    variant_below_3
    signs 23
kernel_signs_52:
    variant_below_3
    signs 52

kernel_to_integer_23:
    integer_of_rs2
    to_integer 23
kernel_to_integer_52:
    integer_of_rs2
    to_integer 52

# fmv.x.w and fmv.x.d; classes, which have another bit 12, and what does not exist are left to the library.
kernel_move_23:
    no_rs2_nor_variant
    first_operand
    sext.w t0, t0
    j kernel_write
kernel_move_52:
    no_rs2_nor_variant
    first_operand
    j kernel_write

# What has an integer register as its operand.
kernel_from_register:
    slli t2, t1, 34
    bltz t2, 1f
    usual_mode
    integer_of_rs2
    j kernel_integer_operand
1:  no_rs2_nor_variant
    j kernel_integer_operand

# With the operand in t0.
.globl kernel_from_integer
kernel_from_integer:
    slli t2, t1, 34
    bltz t2, kernel_move_integer
    slli t2, t1, 38
    bltz t2, kernel_from_integer_52
    from_integer 23
kernel_from_integer_52:
    from_integer 52
kernel_move_integer:
    slli t2, t1, 38
    bltz t2, kernel_float_register
    li t2, -1
    slli t2, t2, 32
    zext.w t0, t0
    or t0, t0, t2
    j kernel_float_register

kernel_narrow:
    usual_mode
    slli t0, t1, 39
    srli t0, t0, 59
    addi t0, t0, -1
    bnez t0, kernel_trap_rest
    first_operand
    save_more
    slli a0, t0, 1
    exponent 52, a2, a0
    top 52, a2, a2
    beqz a2, kernel_arithmetic_rest
    addi a2, a2, 2047 - 1023 + 127
    blez a2, kernel_arithmetic_rest
    addi a1, a2, -255
    bgez a1, kernel_arithmetic_rest
    significand 52, a0
    # The sign to where it is in 32 bits, and all bits above.
    srai t0, t0, 63
    slli t0, t0, 31
    li a1, -1
    slli a1, a1, 32
    or t0, t0, a1
    j kernel_round_23

kernel_widen:
    usual_mode
    slli t0, t1, 39
    srli t0, t0, 59
    bnez t0, kernel_trap_rest
    first_operand
    save_more
    srai a0, t0, 32
    addi a0, a0, 1
    bnez a0, kernel_arithmetic_rest
    slli t0, t0, 32
    slli a0, t0, 1
    beqz a0, 1f
    exponent 23, a2, a0
    beqz a2, kernel_arithmetic_rest
    addi a1, a2, -255
    beqz a1, kernel_arithmetic_rest
    # Fraction and exponent move together.
    srli a0, a0, 4
    li a1, 1023 - 127
    slli a1, a1, 52
    add a0, a0, a1
    srli t0, t0, 63
    slli t0, t0, 63
    or a3, t0, a0
    j kernel_arithmetic_float
1:  mv a3, t0
    j kernel_arithmetic_float

kernel_round_52:
    round 52
    j kernel_arithmetic_float
kernel_round_23:
    round 23

# The result in a3, to a register of F and D.
kernel_arithmetic_float:
    mv t0, a3
    load_more
.globl kernel_float_register
kernel_float_register:
    srli t1, t1, 4
    andi t1, t1, 0xf8
    add t1, t1, sp
    sd t0, 256(t1)
kernel_arithmetic_done:
    csrr t0, mepc
    addi t0, t0, 4
    csrw mepc, t0
    ld x5, 40(sp)
    ld x6, 48(sp)
    ld x7, 56(sp)
    program_stack
    mret

# To the library: everything as it was.
kernel_arithmetic_rest:
    load_more
    j kernel_trap_rest

# The result in t0, to the integer register.
kernel_write:
    srli t1, t1, 4
    andi t1, t1, 0xf8
1:  auipc t2, %pcrel_hi(kernel_write_register)
    add t2, t2, t1
    jr %pcrel_lo(1b)(t2)
kernel_write_register:
    nop
    j kernel_arithmetic_done
    mv x1, t0
    j kernel_arithmetic_done
    csrw mscratch, t0
    j kernel_arithmetic_done
    mv x3, t0
    j kernel_arithmetic_done
    mv x4, t0
    j kernel_arithmetic_done
    sd t0, 40(sp)
    j kernel_arithmetic_done
    sd t0, 48(sp)
    j kernel_arithmetic_done
    sd t0, 56(sp)
    j kernel_arithmetic_done
.irp number, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    mv x\number, t0
    j kernel_arithmetic_done
.endr
.size kernel_arithmetic, . - kernel_arithmetic
.option pop
