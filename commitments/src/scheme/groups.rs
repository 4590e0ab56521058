//! How schemes over BN254's group are set up.

use super::{Foundation, Scheme, SchemeFacts, own_setup};
use crate::hiding::{HidingKey, blinded_verifying_key};
#[cfg(feature = "prover")]
use crate::hiding::{HidingProverKey, blinded_keys};
use crate::hyrax::{HidingHyrax, Hyrax, Layout};
use crate::keys::{VerifyingKey, erase_hiding_verifying_key, erase_verifying_key};
#[cfg(feature = "prover")]
use crate::keys_prover::{Keys, erase_hiding_proving_key, erase_proving_key};
use crate::kzg::OverPowers;
use crate::pst13::Pst13;
use crate::sealed::closing_vars;
use crate::{Setup, SetupError, hyrax, kzg};
use std::sync::Arc;

/// The setup of schemes over powers of tau.
const POWERS: &str =
    "powers of tau, from the file of a ceremony; without one a test setup with a public trapdoor";

impl Scheme<ark_bn254::Fr> for Pst13 {
    fn name(&self) -> &'static str {
        <Pst13 as crate::Pcs>::NAME
    }

    fn facts(&self) -> SchemeFacts {
        SchemeFacts {
            about: "a multilinear KZG commitment: one point of BN254, opened by one point a variable",
            setup: "structured and trusted, and no ceremony made one; here a test setup with a public trapdoor",
            transparent: false,
            foundation: Some(Foundation::StructuredPoints),
            field: "BN254's scalar field",
            papers: &["PST13", "KZG10"],
        }
    }

    #[cfg(feature = "prover")]
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let srs = crate::pst13::Srs::insecure_test_cached(max_vars, own_setup(self, setup)?)?;
        Ok(Keys {
            verifying: erase_verifying_key::<Pst13>(srs.verifier_key().clone()),
            proving: erase_proving_key::<Pst13>(srs),
        })
    }

    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        own_setup(self, setup)?;
        let key = crate::pst13::VerifierKey::insecure_test(max_vars)?;
        Ok(erase_verifying_key::<Pst13>(key))
    }

    fn read_verifying_key(
        &self,
        bytes: &[u8],
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = <Pst13 as crate::Pcs>::read_verifier_key(bytes)?;
        Ok(erase_verifying_key::<Pst13>(key))
    }

    fn hides(&self) -> bool {
        true
    }

    #[cfg(feature = "prover")]
    fn hiding_setup(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let cache = own_setup(self, setup)?;
        let srs = crate::pst13::Srs::insecure_test_cached(closing_vars(max_vars), cache)?;
        Ok(blinded_keys::<Pst13>(srs))
    }

    fn hiding_verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        own_setup(self, setup)?;
        let key = crate::pst13::VerifierKey::insecure_test(closing_vars(max_vars))?;
        Ok(blinded_verifying_key::<Pst13>(key))
    }
}

/// [`Hyrax`], and how it cuts rows into lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct HyraxLines {
    /// `log2` of the lines of the largest polynomials; by [`Layout::suited`] if none.
    pub lines_vars: Option<usize>,
}

impl HyraxLines {
    /// How keys for polynomials of up to `2^max_vars` rows cut these. Where there are fewer rows than lines are asked for,
    /// each is a line.
    ///
    /// # Errors
    /// [`SetupError::Lines`], with the numbers of lines that there may be; [`SetupError::TooLarge`].
    pub fn layout(&self, max_vars: usize) -> Result<Layout, SetupError> {
        let Some(lines) = self.lines_vars else {
            return Layout::suited(max_vars);
        };
        let (least, most) = Layout::lines_vars(max_vars);
        if max_vars <= hyrax::MAX_VARS && !(least..=most).contains(&lines) {
            return Err(SetupError::Lines {
                lines,
                max_vars,
                least,
                most,
            });
        }
        Layout::new(max_vars, max_vars.saturating_sub(lines))
    }

    fn key(&self, max_vars: usize, setup: &Setup) -> Result<hyrax::VerifierKey, SetupError> {
        let layout = self.layout(max_vars)?;
        Ok(hyrax::VerifierKey::new(
            layout,
            own_setup(self, setup)?.clone(),
        ))
    }
}

impl Scheme<ark_bn254::Fr> for HyraxLines {
    fn name(&self) -> &'static str {
        <Hyrax as crate::Pcs>::NAME
    }

    fn facts(&self) -> SchemeFacts {
        SchemeFacts {
            about: "Pedersen commitments to lines of rows, and an inner-product argument",
            setup: "none: points of BN254 hashed from a public string",
            transparent: true,
            foundation: Some(Foundation::HashedPoints),
            field: "BN254's scalar field",
            papers: &["WTSTW18", "BCCGP16", "BBBPWM18"],
        }
    }

    #[cfg(feature = "prover")]
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let key = self.key(max_vars, setup)?;
        // Now, and not while something else is timed.
        key.rows();
        Ok(Keys {
            verifying: erase_verifying_key::<Hyrax>(key.clone()),
            proving: erase_proving_key::<Hyrax>(key),
        })
    }

    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        Ok(erase_verifying_key::<Hyrax>(self.key(max_vars, setup)?))
    }

    fn read_verifying_key(
        &self,
        bytes: &[u8],
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = <Hyrax as crate::Pcs>::read_verifier_key(bytes)?;
        Ok(erase_verifying_key::<Hyrax>(key))
    }

    fn hides(&self) -> bool {
        true
    }

    #[cfg(feature = "prover")]
    fn hiding_setup(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let key = self.key(closing_vars(max_vars), setup)?;
        key.rows();
        let key = HidingProverKey::new(key);
        Ok(Keys {
            verifying: erase_hiding_verifying_key::<HidingHyrax>(key.verifier_key().clone()),
            proving: erase_hiding_proving_key::<HidingHyrax>(key),
        })
    }

    fn hiding_verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = HidingKey::new(self.key(closing_vars(max_vars), setup)?);
        Ok(erase_hiding_verifying_key::<HidingHyrax>(key))
    }
}

/// The keys of a scheme over powers of tau.
#[cfg(feature = "prover")]
fn powers_keys<P: OverPowers>(
    max_vars: usize,
    setup: &Setup,
) -> Result<Keys<ark_bn254::Fr>, SetupError> {
    let powers = kzg::source::powers(max_vars, setup)?;
    Ok(Keys {
        verifying: erase_verifying_key::<P>(powers.verifier_key().clone()),
        proving: erase_proving_key::<P>(powers),
    })
}

impl<P: OverPowers> Scheme<ark_bn254::Fr> for P {
    fn name(&self) -> &'static str {
        P::NAME
    }

    fn facts(&self) -> SchemeFacts {
        SchemeFacts {
            about: P::ABOUT,
            setup: POWERS,
            transparent: false,
            foundation: Some(Foundation::StructuredPoints),
            field: "BN254's scalar field",
            papers: P::PAPERS,
        }
    }

    fn takes_ceremony(&self) -> bool {
        true
    }

    #[cfg(feature = "prover")]
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        powers_keys::<P>(max_vars, setup)
    }

    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = kzg::source::verifier_key(max_vars, setup)?;
        Ok(erase_verifying_key::<P>(key))
    }

    fn read_verifying_key(
        &self,
        bytes: &[u8],
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = kzg::VerifierKey::from_bytes(bytes)?;
        Ok(erase_verifying_key::<P>(key))
    }

    fn hides(&self) -> bool {
        P::HIDES
    }

    #[cfg(feature = "prover")]
    fn hiding_setup(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        P::hiding_keys(kzg::source::powers(closing_vars(max_vars), setup)?)
    }

    fn hiding_verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        P::hiding_verifying_key(kzg::source::verifier_key(closing_vars(max_vars), setup)?)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn lines_are_as_many_as_were_asked_for() {
        let layout = |lines, vars| {
            let lines_vars = Some(lines);
            HyraxLines { lines_vars }.layout(vars)
        };
        for (lines, vars, line_vars) in [(0, 20, 20), (4, 20, 16), (8, 20, 12), (8, 6, 0)] {
            assert_eq!(layout(lines, vars).unwrap().line_vars(), line_vars);
        }
        for (lines, vars, range) in [(9, 20, "2^0 to 2^8"), (3, 26, "2^4 to 2^8")] {
            let error = layout(lines, vars).unwrap_err();
            assert!(matches!(error, SetupError::Lines { .. }), "{error}");
            assert!(error.to_string().contains(range), "{error}");
        }
        assert!(layout(4, 26).is_ok());
        let error = layout(8, 27).unwrap_err();
        assert!(matches!(error, SetupError::TooLarge { .. }), "{error}");
        assert_eq!(
            HyraxLines::default().layout(20).unwrap(),
            Layout::suited(20).unwrap()
        );
    }
}
