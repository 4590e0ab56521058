//! The instructions of F and D, which trap, carried out on a thread's registers; and the accesses of `fflags`, `frm`
//! and `fcsr`.
//!
//! Anything else is illegal, and so is an instruction with a rounding mode that does not exist. Loads, stores and
//! moves come first: of programs that do not calculate they are nearly all.

use crate::context::{Context, register::SP};
use crate::float::convert::Integer;
use crate::float::{Double, Environment, Format, Rounding, Single, order};
use crate::machine::Memory;

/// Why an instruction was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such instruction.
    Illegal,
    /// A load or store of memory that a program does not have: at [`address`].
    Access,
}

/// The integer register that an instruction wrote; 0 if none.
pub type Written = u32;

/// The upper half of a register that holds a number of 32 bits.
const BOX: u64 = 0xffff_ffff << 32;

/// A number of 32 bits in a register.
#[inline]
fn boxed(bits: u64) -> u64 {
    BOX | bits
}

/// The number of 32 bits in a register; a NaN if there is none.
#[inline]
fn unboxed(register: u64) -> u64 {
    match register & BOX == BOX {
        true => register & !BOX,
        false => Single::NAN,
    }
}

/// A format, as it is in registers.
trait Held: Format {
    fn take(register: u64) -> u64;
    fn hold(bits: u64) -> u64;
}

impl Held for Single {
    #[inline]
    fn take(register: u64) -> u64 {
        unboxed(register)
    }
    #[inline]
    fn hold(bits: u64) -> u64 {
        boxed(bits)
    }
}

impl Held for Double {
    #[inline]
    fn take(register: u64) -> u64 {
        register
    }
    #[inline]
    fn hold(bits: u64) -> u64 {
        bits
    }
}

/// The opcodes of loads, of stores, of arithmetic, of accesses to control and status registers.
const LOAD: u32 = 0x07;
const STORE: u32 = 0x27;
const ARITHMETIC: u32 = 0x53;
const SYSTEM: u32 = 0x73;

/// Carries out an instruction of 16 or 32 bits, whose bits these are, and goes on to the next one.
///
/// # Errors
/// [`Fault`]: nothing has changed.
#[inline]
pub fn emulate(
    machine: &mut impl Memory,
    context: &mut Context,
    bits: u32,
) -> Result<Written, Fault> {
    let written = match (bits & 0x7f, bits >> 25 & 3) {
        (ARITHMETIC, 1) => operate::<Double>(context, bits)?,
        (ARITHMETIC, 0) => operate::<Single>(context, bits)?,
        (0x43 | 0x47 | 0x4b | 0x4f, 1) => fused::<Double>(context, bits)?,
        (0x43 | 0x47 | 0x4b | 0x4f, 0) => fused::<Single>(context, bits)?,
        (SYSTEM, _) => access(context, bits)?,
        _ => {
            transfer(machine, context, bits)?;
            if bits & 3 != 3 {
                context.set_pc(context.pc() + 2);
                return Ok(0);
            }
            0
        }
    };
    context.set_pc(context.pc() + 4);
    Ok(written)
}

/// A load or store, taken apart.
struct Transfer {
    /// The integer register with the address, what is added to it, and the floating-point register.
    base: u32,
    offset: i32,
    register: u32,
    double: bool,
    stores: bool,
}

impl Transfer {
    /// The load or store that bits are, if they are one.
    fn of(bits: u32) -> Option<Self> {
        if bits & 3 != 3 {
            return Transfer::compressed(bits);
        }
        let stores = bits & 0x7f == STORE;
        let offset = match stores {
            true => (bits & 0xfe00_0000) as i32 >> 20 | (bits >> 7 & 31) as i32,
            false => bits as i32 >> 20,
        };
        let transfer = Transfer {
            base: bits >> 15 & 31,
            offset,
            register: if stores { bits >> 20 } else { bits >> 7 } & 31,
            double: bits >> 12 & 7 == 3,
            stores,
        };
        let known = matches!(bits & 0x7f, LOAD | STORE) && matches!(bits >> 12 & 7, 2 | 3);
        known.then_some(transfer)
    }

    /// `c.fld`, `c.fsd`, `c.fldsp`, `c.fsdsp`.
    fn compressed(bits: u32) -> Option<Self> {
        let short = |place: u32| 8 + (bits >> place & 7);
        let (base, register, offset) = match (bits & 3, bits >> 13 & 7) {
            (0, 1 | 5) => (short(7), short(2), bits >> 7 & 0x38 | bits << 1 & 0xc0),
            (2, 1) => {
                let offset = bits >> 7 & 0x20 | bits >> 2 & 0x18 | bits << 4 & 0x1c0;
                (SP, bits >> 7 & 31, offset)
            }
            (2, 5) => (SP, bits >> 2 & 31, bits >> 7 & 0x38 | bits >> 1 & 0x1c0),
            _ => return None,
        };
        Some(Transfer {
            base,
            offset: offset as i32,
            register,
            double: true,
            stores: bits >> 15 & 1 == 1,
        })
    }

    fn address(&self, context: &Context) -> u64 {
        context
            .get(self.base)
            .wrapping_add_signed(self.offset.into())
    }
}

/// The address that an instruction loads from or stores to; 0 if it does neither.
pub fn address(context: &Context, bits: u32) -> u64 {
    Transfer::of(bits).map_or(0, |transfer| transfer.address(context))
}

/// Carries out a load or store.
#[inline(never)]
fn transfer(machine: &mut impl Memory, context: &mut Context, bits: u32) -> Result<(), Fault> {
    let transfer = Transfer::of(bits).ok_or(Fault::Illegal)?;
    let address = transfer.address(context);
    if !machine.allows(address, if transfer.double { 8 } else { 4 }) {
        return Err(Fault::Access);
    }
    match (transfer.stores, transfer.double) {
        (false, true) => context.set_float(transfer.register, machine.load64(address)),
        (false, false) => {
            let value = boxed(machine.load32(address).into());
            context.set_float(transfer.register, value);
        }
        (true, true) => machine.store64(address, context.float(transfer.register)),
        (true, false) => machine.store32(address, context.float(transfer.register) as u32),
    }
    Ok(())
}

/// The environment that an instruction with this field works in.
#[inline]
fn environment(context: &Context, field: u32) -> Result<Environment, Fault> {
    let field = match field {
        7 => context.fcsr as u32 >> 5,
        field => field,
    };
    Rounding::of(field)
        .map(Environment::new)
        .ok_or(Fault::Illegal)
}

/// `fmadd`, `fmsub`, `fnmsub`, `fnmadd`: the product's sign changes in the last two, the addend's in the second and
/// the fourth.
#[inline(never)]
fn fused<F: Held>(context: &mut Context, bits: u32) -> Result<Written, Fault> {
    let mut environment = environment(context, bits >> 12 & 7)?;
    let a = F::take(context.float(bits >> 15));
    let b = F::take(context.float(bits >> 20));
    let c = F::take(context.float(bits >> 27));
    let (product, addend) = match bits >> 2 & 3 {
        0 => (0, 0),
        1 => (0, F::SIGN),
        2 => (F::SIGN, 0),
        _ => (F::SIGN, F::SIGN),
    };
    let result = environment.multiply_add::<F>(a ^ product, b, c ^ addend);
    context.set_float(bits >> 7, F::hold(result));
    context.fcsr |= u64::from(environment.flags);
    Ok(0)
}

/// The instructions of the opcode OP-FP in one format.
fn operate<F: Held>(context: &mut Context, bits: u32) -> Result<Written, Fault> {
    let (rs1, rs2, field) = (bits >> 15, bits >> 20, bits >> 12 & 7);
    let a = F::take(context.float(rs1));
    let b = F::take(context.float(rs2));
    let function = bits >> 27;
    if function > 3 {
        return match function {
            0x04 | 0x05 | 0x14 | 0x1c | 0x1e => move_or_compare::<F>(context, bits),
            _ => convert::<F>(context, bits),
        };
    }
    let mut environment = environment(context, field)?;
    let result = match function {
        0 => environment.add::<F>(a, b),
        1 => environment.subtract::<F>(a, b),
        2 => environment.multiply::<F>(a, b),
        _ => environment.divide::<F>(a, b),
    };
    context.set_float(bits >> 7, F::hold(result));
    context.fcsr |= u64::from(environment.flags);
    Ok(0)
}

/// Those that need no rounding.
#[inline(never)]
fn move_or_compare<F: Held>(context: &mut Context, bits: u32) -> Result<Written, Fault> {
    let (rd, rs1, rs2, field) = (bits >> 7 & 31, bits >> 15, bits >> 20 & 31, bits >> 12 & 7);
    let a = F::take(context.float(rs1));
    let b = F::take(context.float(rs2));
    let mut environment = Environment::new(Rounding::NearestEven);
    let integer = match (bits >> 27, field) {
        (0x04, 0..=2) => {
            let sign = match field {
                0 => b,
                1 => !b,
                _ => a ^ b,
            };
            context.set_float(rd, F::hold(a & !F::SIGN | sign & F::SIGN));
            return Ok(0);
        }
        (0x05, 0 | 1) => {
            let result = environment.extremum::<F>(a, b, field == 1);
            context.set_float(rd, F::hold(result));
            context.fcsr |= u64::from(environment.flags);
            return Ok(0);
        }
        (0x14, 0) => environment.less_equal::<F>(a, b).into(),
        (0x14, 1) => environment.less::<F>(a, b).into(),
        (0x14, 2) => environment.equal::<F>(a, b).into(),
        (0x1c, 1) if rs2 == 0 => order::class::<F>(a),
        // Moves: of 32 bits whatever the upper half is, extended by their sign.
        (0x1c, 0) if rs2 == 0 => match F::FRACTION {
            23 => context.float(rs1) as i32 as u64,
            _ => context.float(rs1),
        },
        (0x1e, 0) if rs2 == 0 => {
            let value = context.get(rs1);
            let low = match F::FRACTION {
                23 => value & !BOX,
                _ => value,
            };
            context.set_float(rd, F::hold(low));
            return Ok(0);
        }
        _ => return Err(Fault::Illegal),
    };
    context.set(rd, integer);
    context.fcsr |= u64::from(environment.flags);
    Ok(rd)
}

/// Conversions and the root.
#[inline(never)]
fn convert<F: Held>(context: &mut Context, bits: u32) -> Result<Written, Fault> {
    let (rd, rs1, rs2) = (bits >> 7 & 31, bits >> 15, bits >> 20 & 31);
    let mut environment = environment(context, bits >> 12 & 7)?;
    let a = F::take(context.float(rs1));
    let result = match (bits >> 27, rs2) {
        (0x0b, 0) => environment.root::<F>(a),
        (0x08, 1) if F::FRACTION == 23 => environment.narrow(context.float(rs1)),
        (0x08, 0) if F::FRACTION == 52 => environment.widen(unboxed(context.float(rs1))),
        (0x1a, 0..=3) => environment.from_integer::<F>(context.get(rs1), Integer::of(rs2)),
        (0x18, 0..=3) => {
            let integer = environment.to_integer::<F>(a, Integer::of(rs2));
            context.set(rd, integer);
            context.fcsr |= u64::from(environment.flags);
            return Ok(rd);
        }
        _ => return Err(Fault::Illegal),
    };
    context.set_float(rd, F::hold(result));
    context.fcsr |= u64::from(environment.flags);
    Ok(0)
}

/// Accesses of `fflags`, `frm` and `fcsr`.
#[inline(never)]
fn access(context: &mut Context, bits: u32) -> Result<Written, Fault> {
    let (shift, mask) = match bits >> 20 {
        1 => (0, 0x1f),
        2 => (5, 7),
        3 => (0, 0xff),
        _ => return Err(Fault::Illegal),
    };
    let operand = match bits >> 14 & 1 {
        0 => context.get(bits >> 15),
        _ => u64::from(bits >> 15 & 31),
    };
    let old = context.fcsr >> shift & mask;
    let new = match bits >> 12 & 3 {
        1 => operand,
        2 => old | operand,
        3 => old & !operand,
        _ => return Err(Fault::Illegal),
    };
    context.fcsr = context.fcsr & !(mask << shift) | (new & mask) << shift;
    context.set(bits >> 7, old);
    Ok(bits >> 7 & 31)
}
