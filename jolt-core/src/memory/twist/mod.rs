//! Twist [ST25, Twist]: memory checking by increments.
//!
//! Statement: cell `k` holds `Val(k, j) = init(k) + Σ_{i<j} wa(k, i) · inc(i)` before cycle `j`, and a read
//! at the one-hot address `ra(·, j)` returns `Σ_k ra(k, j) · Val(k, j)`. `Val` is virtual.
//!
//! - [`read`]: the read check, `value(r) = Σ_{k,j} eq(r, j) · ra(k, j) · Val(k, j)`, which leaves claims on
//!   `ra` and `Val` at a random point;
//! - [`recall`]: value evaluation, `Val(r_k, r_j) − init(r_k) = Σ_j LT(j, r_j) · wa(r_k, j) · inc(j)`, and
//!   the same without `LT` for the final contents.
//!
//! A write needs no check of its own: the step constraints pin the increment to what the
//! instruction writes, and `wa` to the read address.

pub mod read;
pub mod recall;
