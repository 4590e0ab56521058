//! How schemes of hashed codewords are set up: there is nothing to make but sizes.

use super::{Foundation, Scheme, SchemeFacts, own_setup};
use crate::basefold::{self, BaseFold, Dials};
use crate::keys::{VerifyingKey, erase_verifying_key};
#[cfg(feature = "prover")]
use crate::keys_prover::{Keys, erase_proving_key};
use crate::ligero::{self, Ligero, Positions};
use crate::{Setup, SetupError};
use std::sync::Arc;

/// [`BaseFold`], and its dials.
#[derive(Clone, Copy, Debug, Default)]
pub struct BaseFoldDials(pub Dials);

impl BaseFoldDials {
    fn key(&self, max_vars: usize, setup: &Setup) -> Result<basefold::VerifierKey, SetupError> {
        own_setup(self, setup)?;
        basefold::VerifierKey::new(max_vars, self.0)
    }
}

impl Scheme<ark_bn254::Fr> for BaseFoldDials {
    fn name(&self) -> &'static str {
        <BaseFold as crate::Pcs>::NAME
    }

    fn facts(&self) -> SchemeFacts {
        SchemeFacts {
            about: "Merkle trees over Reed-Solomon codewords, folded by the challenges of a sumcheck; no group",
            setup: "none: hashes alone",
            transparent: true,
            foundation: Some(Foundation::Hashes),
            field: "BN254's scalar field",
            papers: &["ZCF23", "DP24", "BCIKS20"],
        }
    }

    #[cfg(feature = "prover")]
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let key = self.key(max_vars, setup)?;
        Ok(Keys {
            verifying: erase_verifying_key::<BaseFold>(key),
            proving: erase_proving_key::<BaseFold>(key),
        })
    }

    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        Ok(erase_verifying_key::<BaseFold>(self.key(max_vars, setup)?))
    }

    fn read_verifying_key(
        &self,
        bytes: &[u8],
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = <BaseFold as crate::Pcs>::read_verifier_key(bytes)?;
        Ok(erase_verifying_key::<BaseFold>(key))
    }
}

/// [`Ligero`], and how it cuts rows into lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct LigeroLines {
    /// `log2` of the rows of a line; what suits one dense column if none.
    pub line_vars: Option<usize>,
    /// Rate and positions.
    pub positions: Positions,
}

impl LigeroLines {
    fn key(&self, max_vars: usize, setup: &Setup) -> Result<ligero::VerifierKey, SetupError> {
        own_setup(self, setup)?;
        match self.line_vars {
            Some(line_vars) => ligero::VerifierKey::new(max_vars, line_vars, self.positions),
            None => ligero::VerifierKey::suited(max_vars, self.positions),
        }
    }
}

impl Scheme<ark_bn254::Fr> for LigeroLines {
    fn name(&self) -> &'static str {
        <Ligero as crate::Pcs>::NAME
    }

    fn facts(&self) -> SchemeFacts {
        SchemeFacts {
            about: "a Merkle tree over lines of rows as Reed-Solomon codewords, and sums of lines; no group",
            setup: "none: hashes alone",
            transparent: true,
            foundation: Some(Foundation::Hashes),
            field: "BN254's scalar field",
            papers: &["AHIV17", "GLSTW21", "BCIKS20"],
        }
    }

    #[cfg(feature = "prover")]
    fn setup(&self, max_vars: usize, setup: &Setup) -> Result<Keys<ark_bn254::Fr>, SetupError> {
        let key = self.key(max_vars, setup)?;
        Ok(Keys {
            verifying: erase_verifying_key::<Ligero>(key),
            proving: erase_proving_key::<Ligero>(key),
        })
    }

    fn verifying_key(
        &self,
        max_vars: usize,
        setup: &Setup,
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        Ok(erase_verifying_key::<Ligero>(self.key(max_vars, setup)?))
    }

    fn read_verifying_key(
        &self,
        bytes: &[u8],
    ) -> Result<Arc<dyn VerifyingKey<ark_bn254::Fr>>, SetupError> {
        let key = <Ligero as crate::Pcs>::read_verifier_key(bytes)?;
        Ok(erase_verifying_key::<Ligero>(key))
    }
}
