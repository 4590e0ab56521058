//! Schemes by name.

use crate::hyperkzg::HyperKzg;
use crate::mercury::Mercury;
use crate::pst13::Pst13;
use crate::scheme::{BaseFoldDials, HyraxLines, LigeroLines, Scheme};
use crate::zeromorph::Zeromorph;
use std::sync::Arc;
use sumcheck::Field;

/// Schemes by name.
#[derive(Clone)]
pub struct Registry<F> {
    schemes: Vec<Arc<dyn Scheme<F>>>,
}

impl Registry<ark_bn254::Fr> {
    /// The schemes of this crate, the default first.
    pub fn builtin() -> Self {
        let mut registry = Registry::empty();
        registry.register(Arc::new(HyraxLines::default()));
        registry.register(Arc::new(Pst13));
        registry.register(Arc::new(Zeromorph));
        registry.register(Arc::new(Mercury));
        registry.register(Arc::new(HyperKzg));
        registry.register(Arc::new(BaseFoldDials::default()));
        registry.register(Arc::new(LigeroLines::default()));
        registry
    }
}

impl<F: Field> Registry<F> {
    /// No scheme.
    pub fn empty() -> Self {
        Registry {
            schemes: Vec::new(),
        }
    }

    /// Adds a scheme; one of the same name is replaced.
    pub fn register(&mut self, scheme: Arc<dyn Scheme<F>>) {
        self.schemes.retain(|other| other.name() != scheme.name());
        self.schemes.push(scheme);
    }

    /// The scheme of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<dyn Scheme<F>>> {
        self.schemes.iter().find(|scheme| scheme.name() == name)
    }

    /// All names, in order of registration.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.schemes.iter().map(|scheme| scheme.name())
    }
}
