//! The tape of a verifier that does not see what it receives.
//!
//! A verifier's program computes on handles, so that it runs unchanged where elements of messages are unknown. What it
//! leaves is what is to be shown of them: *gates*, products of two values that are both unknown; *checks*, values that are
//! to be zero; and *claims* on oracles. Everything else is linear in the unknown elements and in the gates' products.
//!
//! What is a constant, a sum or a gate follows from the program alone and never from a value: with the same statement
//! there are the same gates, checks and claims, whatever the messages are.
//!
//! **Adjoint.** For public weights `w` of some values, `Σ_v w_v · v = c + Σ_i m_i · element_i + Σ_g n_g · product_g`, and
//! [`Wires::adjoint`] finds `c`, `m` and `n` in one pass backwards: one multiplication for each term of each sum.
//!
//! Whoever knows the elements computes along ([`Wires::known`]); values are never printed.

use super::wiped::Wiped;
use super::{Checks, EvalClaim, Value, VerifyError};
use crate::Field;

/// How a value came to be.
enum Node<F> {
    /// An element that was received, by number.
    Element(usize),
    /// A constant and a sum of other values, none of them constant.
    Sum(F, Vec<(F, Value)>),
    /// The product of a gate, by number.
    Product(usize),
}

/// A product of two values, neither of them constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gate {
    pub factors: [Value; 2],
    pub product: Value,
}

/// Values without contents, and what is asked of them.
pub struct Wires<F: Field> {
    nodes: Vec<Node<F>>,
    /// What they stand for, where that is known. It is wiped.
    values: Option<Wiped<F>>,
    /// Whether what is known to be false is refused.
    refuse: bool,
    elements: usize,
    gates: Vec<Gate>,
    asked: Vec<(String, Value)>,
    claims: Vec<EvalClaim<F, Value>>,
    /// Checks performed and switched off.
    pub checks: Checks,
}

/// A sum of values, as one of what they are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adjoint<F> {
    /// What does not depend on messages.
    pub constant: F,
    pub elements: Vec<F>,
    /// Of the product of each gate.
    pub products: Vec<F>,
}

impl<F: Field> Wires<F> {
    /// An empty tape of somebody who sees nothing.
    pub fn unknown(checks: Checks) -> Self {
        Wires {
            nodes: Vec::new(),
            values: None,
            refuse: true,
            elements: 0,
            gates: Vec::new(),
            asked: Vec::new(),
            claims: Vec::new(),
            checks,
        }
    }

    /// An empty tape of somebody who knows all elements.
    pub fn known(checks: Checks) -> Self {
        Wires {
            values: Some(Wiped::new()),
            ..Self::unknown(checks)
        }
    }

    /// The same, for provers of what is false: nothing is refused that is not constant.
    pub fn permissive(checks: Checks) -> Self {
        Wires {
            refuse: false,
            ..Self::known(checks)
        }
    }

    fn push(&mut self, node: Node<F>, value: impl FnOnce(&Self) -> F) -> Value {
        if self.values.is_some() {
            let value = value(self);
            self.values.iter_mut().for_each(|values| values.push(value));
        }
        self.nodes.push(node);
        Value(self.nodes.len() - 1)
    }

    /// Receives so many elements, which nobody sees.
    pub fn receive(&mut self, count: usize) -> Vec<Value> {
        self.receive_known(&vec![F::zero(); count])
    }

    /// Receives elements. Where nothing is known only their number counts.
    pub fn receive_known(&mut self, elements: &[F]) -> Vec<Value> {
        let values = elements.iter().map(|element| {
            self.elements += 1;
            self.push(Node::Element(self.elements - 1), |_| *element)
        });
        values.collect()
    }

    /// What a value stands for: zero where that is not known, and it is no constant.
    pub fn get(&self, value: Value) -> F {
        let known = self.values.as_ref().and_then(|values| values.get(value.0));
        let known = known.copied().or_else(|| self.constant(value));
        known.unwrap_or_default()
    }

    /// The value, if it depends on no message.
    pub fn constant(&self, value: Value) -> Option<F> {
        match self.nodes.get(value.0) {
            Some(Node::Sum(constant, terms)) if terms.is_empty() => Some(*constant),
            _ => None,
        }
    }

    /// `constant + Σ coefficient · value`.
    pub fn linear(&mut self, constant: F, terms: &[(F, Value)]) -> Value {
        let (mut constant, mut others) = (constant, Vec::with_capacity(terms.len()));
        for (coefficient, value) in terms {
            match self.constant(*value) {
                Some(known) => constant += *coefficient * known,
                None => others.push((*coefficient, *value)),
            }
        }
        let sum = others.clone();
        self.push(Node::Sum(constant, others), |wires| {
            let terms = sum.iter().map(|(c, v)| *c * wires.get(*v));
            terms.fold(constant, |sum, term| sum + term)
        })
    }

    /// The product of two values.
    pub fn mul(&mut self, a: Value, b: Value) -> Value {
        if let Some(constant) = self.constant(a) {
            return self.linear(F::zero(), &[(constant, b)]);
        }
        if let Some(constant) = self.constant(b) {
            return self.linear(F::zero(), &[(constant, a)]);
        }
        let node = Node::Product(self.gates.len());
        let product = self.push(node, |wires| wires.get(a) * wires.get(b));
        self.gates.push(Gate {
            factors: [a, b],
            product,
        });
        product
    }

    /// Asks that a value be zero.
    ///
    /// # Errors
    /// The check is enforced, and the value is a constant that is not zero, or is known and is not.
    pub fn assert_zero(&mut self, check: &str, value: Value) -> Result<(), VerifyError> {
        if !self.checks.enforced(check) {
            return Ok(());
        }
        let constant = self.constant(value).is_some();
        if !self.get(value).is_zero() && (constant || self.refuse) {
            return Err(VerifyError::Check {
                check: check.to_owned(),
            });
        }
        if !constant {
            self.asked.push((check.to_owned(), value));
        }
        Ok(())
    }

    /// Asks that a claim hold.
    pub fn claim(&mut self, claim: EvalClaim<F, Value>) {
        self.claims.push(claim);
    }

    /// Elements that were received.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// The gates, in order.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// Values that are to be zero, with the names of their checks, in order.
    pub fn asked(&self) -> &[(String, Value)] {
        &self.asked
    }

    /// The claims, in order.
    pub fn claims(&self) -> &[EvalClaim<F, Value>] {
        &self.claims
    }

    /// The sum of some values, each times its weight, by what they are made of.
    pub fn adjoint(&self, weights: &[(F, Value)]) -> Adjoint<F> {
        let mut of_nodes = vec![F::zero(); self.nodes.len()];
        let mut adjoint = Adjoint {
            constant: F::zero(),
            elements: vec![F::zero(); self.elements],
            products: vec![F::zero(); self.gates.len()],
        };
        for (weight, value) in weights {
            add(&mut of_nodes, value.0, *weight);
        }
        for (number, node) in self.nodes.iter().enumerate().rev() {
            let weight = of_nodes.get(number).copied().unwrap_or_default();
            match node {
                Node::Element(element) => add(&mut adjoint.elements, *element, weight),
                Node::Product(gate) => add(&mut adjoint.products, *gate, weight),
                Node::Sum(constant, terms) => {
                    adjoint.constant += weight * constant;
                    for (coefficient, value) in terms {
                        add(&mut of_nodes, value.0, weight * coefficient);
                    }
                }
            }
        }
        adjoint
    }
}

fn add<F: Field>(sums: &mut [F], at: usize, what: F) {
    if let Some(sum) = sums.get_mut(at) {
        *sum += what;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use ark_ff::{One, Zero};
    use proptest::prelude::*;

    /// An operation of a program, on values by number.
    #[derive(Clone, Debug)]
    enum Step {
        Receive(u64),
        Linear(u64, Vec<(u64, usize)>),
        Mul(usize, usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        let terms = prop::collection::vec((0..4u64, any::<usize>()), 0..4);
        prop_oneof![
            any::<u64>().prop_map(Step::Receive),
            (0..3u64, terms).prop_map(|(c, terms)| Step::Linear(c, terms)),
            any::<(usize, usize)>().prop_map(|(a, b)| Step::Mul(a, b)),
        ]
    }

    /// Runs a program; all its values, and what they stand for, computed on the side.
    fn run(steps: &[Step], wires: &mut Wires<Fr>) -> (Vec<Value>, Vec<Fr>) {
        let (mut values, mut clear): (Vec<Value>, Vec<Fr>) = Default::default();
        for step in steps {
            let at = |number: &usize| number % values.len().max(1);
            let (value, known) = match step {
                Step::Receive(element) => {
                    let element = Fr::from(*element);
                    (wires.receive_known(&[element])[0], element)
                }
                Step::Linear(constant, terms) => {
                    let terms = terms.iter().filter(|_| !values.is_empty());
                    let terms: Vec<_> = terms.map(|(c, of)| (Fr::from(*c), at(of))).collect();
                    let sum: Fr = terms.iter().map(|(c, of)| *c * clear[*of]).sum();
                    let handles: Vec<_> = terms.iter().map(|(c, of)| (*c, values[*of])).collect();
                    let constant = Fr::from(*constant);
                    (wires.linear(constant, &handles), constant + sum)
                }
                Step::Mul(..) if values.is_empty() => continue,
                Step::Mul(a, b) => {
                    let (a, b) = (at(a), at(b));
                    (wires.mul(values[a], values[b]), clear[a] * clear[b])
                }
            };
            values.push(value);
            clear.push(known);
        }
        (values, clear)
    }

    proptest! {
        /// Values are what the program computes; the adjoint of any of them is the same sum; and who sees nothing has the
        /// same gates and the same adjoint.
        #[test]
        fn the_adjoint_is_the_sum(
            steps in prop::collection::vec(step(), 0..40),
            weights in prop::collection::vec(any::<u64>(), 40),
        ) {
            let mut known = Wires::known(Checks::all());
            let (values, clear) = run(&steps, &mut known);
            for (value, expected) in values.iter().zip(&clear) {
                prop_assert_eq!(known.get(*value), *expected);
            }
            let weights: Vec<_> = weights.into_iter().map(Fr::from).zip(values).collect();
            let adjoint = known.adjoint(&weights);
            let elements = steps.iter().filter_map(|step| match step {
                Step::Receive(element) => Some(Fr::from(*element)),
                _ => None,
            });
            let products = known.gates().iter().map(|gate| known.get(gate.product));
            let sum = adjoint.constant
                + adjoint.elements.iter().zip(elements).map(|(m, e)| *m * e).sum::<Fr>()
                + adjoint.products.iter().zip(products).map(|(n, p)| *n * p).sum::<Fr>();
            let expected: Fr = weights.iter().zip(&clear).map(|((w, _), v)| *w * v).sum();
            prop_assert_eq!(sum, expected);
            for gate in known.gates() {
                let [a, b] = gate.factors;
                prop_assert!(known.constant(a).is_none() && known.constant(b).is_none());
            }

            let mut unknown = Wires::unknown(Checks::all());
            run(&steps, &mut unknown);
            prop_assert_eq!(unknown.gates(), known.gates());
            prop_assert_eq!(unknown.adjoint(&weights), adjoint);
        }
    }

    #[test]
    fn what_is_known_to_be_false_is_refused() {
        let mut wires = Wires::<Fr>::unknown(Checks::all());
        let element = wires.receive(1)[0];
        let [zero, one] = [0u64, 1].map(|c| wires.linear(Fr::from(c), &[]));
        wires.assert_zero("hidden", element).unwrap();
        wires.assert_zero("zero", zero).unwrap();
        assert!(wires.assert_zero("one", one).is_err());
        // A constant is no question, and its product no gate.
        assert_eq!(wires.asked(), [("hidden".to_owned(), element)]);
        let scaled = wires.mul(one, element);
        assert!(wires.gates().is_empty());
        assert_eq!(wires.constant(scaled), None);
        assert_eq!(wires.adjoint(&[(Fr::one(), scaled)]).elements, [Fr::one()]);

        let mut wires = Wires::known(Checks::all());
        let elements = wires.receive_known(&[Fr::zero(), Fr::one()]);
        wires.assert_zero("zero", elements[0]).unwrap();
        assert!(wires.assert_zero("one", elements[1]).is_err());
    }
}
