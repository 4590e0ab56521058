//! PST13 that hides: every point has a blinding, and the opening no scalar ([`crate::hiding`]).
//!
//! `P_0 = C − v·G_1 + Σ_k z_k·Q_k` is paired with `G_2`, and `−Q_k` with `s_k·G_2`. So with `β` in `C` and `t_k` in `Q_k`,
//!
//! ```text
//! E = (β + Σ_k z_k·t_k)·G_2 − Σ_k t_k·s_k·G_2
//! ```
//!
//! **Soundness and hiding** are those of [`crate::hiding::Blinded`]. There is no challenge in the opening.

use super::Pst13;
use crate::hiding::OverPairings;

impl OverPairings for Pst13 {}
