//! Who hears of the prover's progress.

/// Hears of the prover's progress.
pub trait Observer {
    /// A phase begins. The last one is `done`.
    fn phase(&mut self, name: &'static str);
}

impl Observer for () {
    fn phase(&mut self, _name: &'static str) {}
}
