//! Instruction words.

/// An encoding with three registers.
pub fn r(opcode: u32, funct3: u32, funct7: u32, rd: u32, rs1: u32, rs2: u32) -> u32 {
    funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
}

/// An encoding with a 12-bit immediate.
pub fn i(opcode: u32, funct3: u32, rd: u32, rs1: u32, imm: i32) -> u32 {
    (imm as u32 & 0xfff) << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode
}

/// A store of `2^funct3` bytes of `rs2` at `rs1 +` immediate.
pub fn s(funct3: u32, rs1: u32, rs2: u32, imm: i32) -> u32 {
    let imm = imm as u32;
    (imm >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (imm & 31) << 7 | 0x23
}

/// A branch.
pub fn b(funct3: u32, rs1: u32, rs2: u32, imm: i32) -> u32 {
    let imm = imm as u32;
    (imm >> 12 & 1) << 31
        | (imm >> 5 & 0x3f) << 25
        | rs2 << 20
        | rs1 << 15
        | funct3 << 12
        | (imm >> 1 & 15) << 8
        | (imm >> 11 & 1) << 7
        | 0x63
}

/// `lui rd, upper`.
pub fn lui(rd: u32, upper: u32) -> u32 {
    upper << 12 | rd << 7 | 0x37
}

/// `auipc rd, upper`.
pub fn auipc(rd: u32, upper: u32) -> u32 {
    upper << 12 | rd << 7 | 0x17
}

/// `jal rd, imm`.
pub fn jal(rd: u32, imm: i32) -> u32 {
    let imm = imm as u32;
    (imm >> 20 & 1) << 31
        | (imm >> 1 & 0x3ff) << 21
        | (imm >> 11 & 1) << 20
        | (imm >> 12 & 0xff) << 12
        | rd << 7
        | 0x6f
}

/// `addi rd, rs1, imm`.
pub fn addi(rd: u32, rs1: u32, imm: i32) -> u32 {
    i(0x13, 0, rd, rs1, imm)
}

/// `slli rd, rs1, amount`.
pub fn slli(rd: u32, rs1: u32, amount: u32) -> u32 {
    i(0x13, 1, rd, rs1, amount as i32)
}

/// `jalr rd, imm(rs1)`.
pub fn jalr(rd: u32, rs1: u32, imm: i32) -> u32 {
    i(0x67, 0, rd, rs1, imm)
}

/// `ld rd, imm(rs1)`.
pub fn ld(rd: u32, rs1: u32, imm: i32) -> u32 {
    i(0x03, 3, rd, rs1, imm)
}

/// `sd rs2, imm(rs1)`.
pub fn sd(rs1: u32, rs2: u32, imm: i32) -> u32 {
    s(3, rs1, rs2, imm)
}

/// The next word of the private input.
pub fn advice(rd: u32) -> u32 {
    r(0x0b, 0, 0, rd, 0, 0)
}

/// Prints `rs2` bytes at `rs1`.
pub fn print(rs1: u32, rs2: u32) -> u32 {
    r(0x0b, 1, 0, 0, rs1, rs2)
}

/// `fence iorw, iorw`.
pub const FENCE: u32 = 0x0ff0_000f;

/// A jump to itself.
pub const HALT: u32 = 0x6f;
