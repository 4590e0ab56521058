# Every load, store and move of a floating-point register, with every base, offset and register that an encoding has,
# and what else is done without a rounding: the words that it leaves go to descriptor 1, one write for each part.
    .option arch, rv64gc
    .option norelax
    .section .bss
    .balign 4096
area: .space 8192
out: .space 16384
    .text
    .globl _start

# Writes what lies between out and s11, and begins again.
    .macro flush
    li a0, 1
    lla a1, out
    sub a2, s11, a1
    li a7, 64
    ecall
    lla s11, out
    .endm

_start:
    lla s11, out
    # Distinct contents.
    lla t0, area
    li t1, 1024
    li t2, 0x0123456789abcdef
1:  sd t2, 0(t0)
    addi t0, t0, 8
    slli t3, t2, 13
    srli t4, t2, 51
    or t2, t3, t4
    xor t2, t2, t1
    addi t1, t1, -1
    bnez t1, 1b
    # fmv.d.x, fmv.x.d, fmv.w.x, fmv.x.w between all registers and their like.
    .irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31
    mv t5, x\r
    .if \r != 0
    .if \r != 2
    .if \r != 3
    .if \r != 4
    li x\r, 0x8765432100fedcba + \r
    .endif
    .endif
    .endif
    .endif
    fmv.d.x f\r, x\r
    fmv.x.d t6, f\r
    .if \r != 2
    sd t6, 0(s11)
    .endif
    fmv.w.x f\r, x\r
    fmv.x.d t6, f\r
    .if \r != 2
    sd t6, 8(s11)
    .endif
    fmv.x.w t6, f\r
    .if \r != 2
    sd t6, 16(s11)
    .endif
    addi s11, s11, 24
    .endr
    flush
    # Loads and stores from every base but the pointer to the results.
    .irp r,1,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31
    lla x\r, area + 2048
    .option push
    .option norvc
    fld f\r, 8*\r(x\r)
    fsd f\r, 0(s11)
    flw f\r, 4*\r - 400(x\r)
    fsd f\r, 8(s11)
    fld f31, -2048(x\r)
    fsd f31, 2047 - 7 - 2000(x\r)
    ld x\r, 40(x\r)
    sd x\r, 16(s11)
    lla x\r, area + 4096
    fsw f\r, -4*\r(x\r)
    fld f0, -4*\r(x\r)
    fsd f0, 24(s11)
    flw f1, 3(x\r)
    fsd f1, -5(x\r)
    ld x\r, -5(x\r)
    sd x\r, 32(s11)
    .option pop
    addi s11, s11, 40
    .endr
    flush
    # Compressed, from x8 to x15 and from the stack pointer.
    .irp r,8,9,10,11,12,13,14,15
    lla x\r, area + 256
    .irp o,0,8,16,64,128,248
    c.fld f\r, \o(x\r)
    fsd f\r, 0(s11)
    c.fsd f\r, 248 - \o(x\r)
    addi s11, s11, 8
    .endr
    .endr
    mv s9, sp
    lla sp, area + 1024
    .irp r,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
    c.fldsp f\r, 8*\r(sp)
    c.fsdsp f\r, 504 - 8*\r(sp)
    fsd f\r, 0(s11)
    c.fldsp f\r, 256 + 8*\r(sp)
    fsd f\r, 8(s11)
    addi s11, s11, 16
    .endr
    mv sp, s9
    flush
    # What is not boxed is a NaN; signs, classes, comparisons, extrema.
    lla s8, area
    li s7, 64
2:  fld f1, 0(s8)
    fld f2, 8(s8)
    flw f3, 0(s8)
    flw f4, 8(s8)
    fsgnj.d f5, f1, f2
    fsd f5, 0(s11)
    fsgnjn.s f5, f3, f4
    fsd f5, 8(s11)
    fsgnjx.d f5, f1, f2
    fsd f5, 16(s11)
    fsgnj.s f5, f1, f3
    fsd f5, 24(s11)
    fmin.d f5, f1, f2
    fsd f5, 32(s11)
    fmax.s f5, f3, f4
    fsd f5, 40(s11)
    fclass.d t0, f1
    fclass.s t1, f3
    fclass.s t2, f1
    add t0, t0, t1
    add t0, t0, t2
    flt.d t1, f1, f2
    slli t0, t0, 1
    add t0, t0, t1
    fle.s t1, f3, f4
    slli t0, t0, 1
    add t0, t0, t1
    feq.d t1, f1, f1
    slli t0, t0, 1
    add t0, t0, t1
    frflags t1
    slli t0, t0, 5
    add t0, t0, t1
    sd t0, 48(s11)
    fsflags zero
    addi s11, s11, 56
    addi s8, s8, 8
    addi s7, s7, -1
    bnez s7, 2b
    flush
    # Control registers.
    fscsr t0, s7
    li t0, 0x1ff
    csrrw t1, fcsr, t0
    csrr t1, fcsr
    sd t1, 0(s11)
    csrrwi t1, frm, 3
    sd t1, 8(s11)
    csrrci t1, fflags, 5
    sd t1, 16(s11)
    csrrs t1, fflags, t0
    sd t1, 24(s11)
    csrrc t1, fcsr, t0
    sd t1, 32(s11)
    csrr t1, frm
    sd t1, 40(s11)
    addi s11, s11, 48
    flush
    li a0, 42
    li a7, 93
    ecall
