//! Forgeries: each is rejected, and accepted when the one check that is meant for it is off. So the
//! check is load-bearing, and the forgery is a real one.

use super::bent::{Bend, BentVerifier};
use super::{Case, Cheat, PROTOCOL, SIZES};
use crate::lookup::standalone::{self, Columns, Selection};
use crate::lookup::{Exposed, ProveLookup, Reads};
use std::sync::Arc;
use sumcheck::channel::layer::Over;
use sumcheck::channel::plain::{PlainProof, PlainProver, PlainVerifier};
use sumcheck::{Checks, Field, Oracle, ProverChannel, Rows, VerifyError};
#[cfg(feature = "testing")]
use {commitments::Keys, sumcheck::ProverField};

/// Makes a prover for the same verifier that serves one read at another index.
pub type Serving<F> = Box<dyn Fn(usize, u128) -> Arc<dyn ProveLookup<F>>>;

/// Makes a prover for the same verifier that deviates.
pub type Cheating<F> = Box<dyn Fn(Cheat<F>) -> Arc<dyn ProveLookup<F>>>;

/// Makes a prover for the same verifier in which one read returns a value: a read that looks nothing up and
/// exposes nothing, so that it should return 0.
pub type Returning<F> = Box<dyn Fn(usize, u64) -> Arc<dyn ProveLookup<F>>>;

/// An argument under test, and what its prover can be made to do wrong.
///
/// The kit forges what it can without the argument's help: columns that are not what the reads return,
/// and reads of something else than the verifier believes. A prover that lies about what it *committed* has to be
/// made by the argument's author. Usually the argument has a function that proves from columns that it is given,
/// and the liar gives it others than it commits: `papers/WRITING-AN-ARGUMENT.md` has one.
pub struct Subject<F: Field> {
    /// The argument.
    pub honest: Arc<dyn ProveLookup<F>>,
    /// Provers that serve a read at another index and make all consistent but one thing; with the check
    /// that is meant for it.
    pub serving: Vec<(&'static str, Serving<F>)>,
    /// For arguments that commit digits: a prover whose digits need not be boolean, with the check that is
    /// meant for it.
    pub blending: Option<(&'static str, Cheating<F>)>,
    /// Challenges that the kit finds no forgery against, each with the reason why there is none, or where it is.
    pub argued: Vec<(&'static str, &'static str)>,
    /// Index bits, beside those that the kit always tries.
    pub index_bits: Vec<usize>,
    /// For arguments that commit more of a read than its index: provers that commit values where nothing is
    /// looked up, and make all consistent but one thing; with the check that is meant for it.
    pub returning: Vec<(&'static str, Returning<F>)>,
}

impl<F: Field> Subject<F> {
    /// An argument, and no prover that deviates.
    pub fn new(argument: impl ProveLookup<F> + 'static) -> Self {
        Subject {
            honest: Arc::new(argument),
            serving: Vec::new(),
            blending: None,
            argued: Vec::new(),
            index_bits: Vec::new(),
            returning: Vec::new(),
        }
    }

    /// Has the laws tried on tables of so many index bits, too: 8, 16, 64 and 128 are always tried.
    #[must_use]
    pub fn with_index_bits(mut self, bits: usize) -> Self {
        self.index_bits.push(bits);
        self
    }

    /// Says of a challenge that the kit finds no forgery against why there is none, or which test has it. It is
    /// printed with the summary.
    #[must_use]
    pub fn arguing(mut self, challenge: &'static str, reason: &'static str) -> Self {
        self.argued.push((challenge, reason));
        self
    }

    /// Index bits to try, increasing.
    pub(super) fn sizes(&self) -> Vec<usize> {
        let mut all = self.index_bits.clone();
        all.extend(SIZES);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Adds a prover that serves one read at an index that is not the committed one
    /// ([`Cheat::OtherIndex`]), with the check that is meant for it.
    #[must_use]
    pub fn serving<A: ProveLookup<F> + 'static>(
        mut self,
        check: &'static str,
        cheating: impl Fn(Cheat<F>) -> A + 'static,
    ) -> Self {
        let serving = move |read, other| -> Arc<dyn ProveLookup<F>> {
            Arc::new(cheating(Cheat::OtherIndex { read, other }))
        };
        self.serving.push((check, Box::new(serving)));
        self
    }

    /// Adds a prover one of whose digits is not boolean ([`Cheat::Blend`]), with the check that is meant for
    /// it. The argument commits [digits](Rows::Digits).
    #[must_use]
    pub fn blending<A: ProveLookup<F> + 'static>(
        mut self,
        check: &'static str,
        cheating: impl Fn(Cheat<F>) -> A + 'static,
    ) -> Self {
        let cheating = move |cheat| -> Arc<dyn ProveLookup<F>> { Arc::new(cheating(cheat)) };
        self.blending = Some((check, Box::new(cheating)));
        self
    }

    /// Adds a prover that has one read return a value though it looks nothing up, with the check that is meant
    /// for it. The first argument is the read, the second the value.
    #[must_use]
    pub fn returning<A: ProveLookup<F> + 'static>(
        mut self,
        check: &'static str,
        returning: impl Fn(usize, u64) -> A + 'static,
    ) -> Self {
        let returning =
            move |read, value| -> Arc<dyn ProveLookup<F>> { Arc::new(returning(read, value)) };
        self.returning.push((check, Box::new(returning)));
        self
    }
}

/// One forged proof, made anew for each set of checks.
pub struct Forgery<F: Field> {
    /// What is false.
    pub name: &'static str,
    /// The check that is meant for it. Where the kit knows of no argument that it is for, a usual name.
    pub check: &'static str,
    /// Whether the argument's author named the check.
    pub declared: bool,
    case: Case,
    prover: Arc<dyn ProveLookup<F>>,
    verifier: Arc<dyn ProveLookup<F>>,
    /// What the verifier believes of the selectors.
    selection: Selection,
    claimed: Columns,
    committed: Vec<u64>,
    bends: Vec<Bend<F>>,
}

impl<F: Field> Forgery<F> {
    /// The verdict, where prover and verifier both know that some checks do not count.
    ///
    /// # Errors
    /// Why the forgery was rejected.
    pub fn run(&self, checks: &Checks) -> Result<(), VerifyError> {
        let proof = self.prove(checks);
        let mut channel = Over(BentVerifier {
            inner: PlainVerifier::with_checks(PROTOCOL, proof, checks.clone()),
            bends: self.bends.clone(),
        });
        let shape = &self.case.shape;
        standalone::verify(&mut channel, self.verifier.as_ref(), shape, &self.selection)?;
        channel.0.inner.finish()
    }

    fn prove(&self, checks: &Checks) -> PlainProof<F> {
        let mut channel = PlainProver::with_checks(PROTOCOL, checks.clone());
        self.prove_over(&mut channel);
        channel.finish().0
    }

    fn prove_over(&self, channel: &mut dyn ProverChannel<F>) {
        standalone::prove_columns(
            channel,
            self.prover.as_ref(),
            &self.case.shape,
            self.case.reads.clone(),
            &self.claimed,
            &self.committed,
        );
    }
}

#[cfg(feature = "testing")]
impl<F: ProverField> Forgery<F> {
    /// Whether the verifier's channel is bent, so that sessions of keys cannot say the same.
    pub fn is_bent(&self) -> bool {
        !self.bends.is_empty()
    }

    /// [`run`](Self::run) over sessions of keys (feature `testing`), where nothing is [bent](Self::is_bent).
    ///
    /// # Errors
    /// Why the forgery was rejected.
    ///
    /// # Panics
    /// If the keys are too small, or there is no proof.
    pub fn run_sealed(&self, keys: &Keys<F>, checks: &Checks) -> Result<(), VerifyError> {
        let (honest, shape) = (self.verifier.as_ref(), &self.case.shape);
        super::sealed::verdict(
            keys,
            checks,
            |channel| self.prove_over(channel),
            |channel| standalone::verify(channel, honest, shape, &self.selection),
        )
    }
}

/// Reads 0 and 1 are of `XOR`, the second with its operands exposed; read 2 is of `TRUNC`, exposed. Most lies are about
/// read 0: it does not count at a point one of whose coordinates is 1.
fn case(index_bits: usize) -> Case {
    let mut case = Case::empty(index_bits, 2);
    let position = |name: &str| {
        let tables = &case.shape.tables;
        let position = tables.iter().position(|t| t.name() == name);
        position.expect("a table of every word size") as u8
    };
    // The two lowest digits of read 0 are alike, whether they have one bit or four.
    let mask = mask(index_bits);
    let reads = Reads {
        index: [0x0bee, 0x1234, 0x0777].map(|k| k & mask).to_vec(),
        table: vec![position("XOR"), position("XOR"), position("TRUNC")],
        operands: vec![Exposed::Nothing, Exposed::Pair, Exposed::Single],
    };
    case.reads = Arc::new(reads);
    case
}

fn mask(index_bits: usize) -> u128 {
    u128::MAX >> (128 - index_bits)
}

impl<F: Field> Forgery<F> {
    /// Nothing is wrong yet.
    fn honest(subject: &Subject<F>, case: Case, name: &'static str, check: &'static str) -> Self {
        let claimed = Columns::of(&case.shape, &case.reads);
        Forgery {
            name,
            check,
            declared: false,
            prover: subject.honest.clone(),
            verifier: subject.honest.clone(),
            selection: case.selection(),
            committed: claimed.out.clone(),
            claimed,
            case,
            bends: Vec::new(),
        }
    }

    /// Claims and commits that a row returns a value.
    fn returns(&mut self, row: usize, value: u64) {
        for out in [&mut self.claimed.out, &mut self.committed] {
            out.resize(out.len().max(row + 1), 0);
            out[row] = value;
        }
    }
}

/// Something is returned where nothing is looked up: by a read of no table, exposed or not, and by a row beyond
/// the reads.
fn unlooked<F: Field>(subject: &Subject<F>, index_bits: usize) -> Vec<Forgery<F>> {
    const VALUE: u64 = 5;
    let no_table = |exposed| {
        let mut case = case(index_bits);
        let mut reads = Reads::clone(&case.reads);
        (reads.table[1], reads.operands[1]) = (Reads::NO_TABLE, exposed);
        case.reads = Arc::new(reads);
        case
    };
    let nothing = || no_table(Exposed::Nothing);
    let (read, row) = (1, nothing().reads.index.len());
    let names = [
        "a read of no table returns something",
        "a row beyond the reads returns something",
        "a read of no table returns something, and exposes its operands",
    ];
    let cases = [
        (nothing(), read),
        (nothing(), row),
        (no_table(Exposed::Pair), read),
    ];
    let claimed = names.into_iter().zip(cases).map(|(name, (case, at))| {
        let mut f = Forgery::honest(subject, case, name, "execute/read");
        f.returns(at, VALUE);
        f
    });
    let mut all: Vec<Forgery<F>> = claimed.collect();
    for (check, returning) in &subject.returning {
        for (name, at) in names.into_iter().zip([read, row]) {
            let mut f = Forgery::honest(subject, nothing(), name, check);
            f.returns(at, VALUE);
            f.declared = true;
            f.prover = returning(at, VALUE);
            // The prover's rows reach as far as its lie; the verifier's selection does not.
            let mut reads = Reads::clone(&f.case.reads);
            reads.index.resize(row + 1, 0);
            reads.table.resize(row + 1, Reads::NO_TABLE);
            reads.operands.resize(row + 1, Exposed::Nothing);
            f.case.reads = Arc::new(reads);
            all.push(f);
        }
    }
    all
}

/// Index bits that the argument serves, increasing.
fn served<F: Field>(subject: &Subject<F>) -> impl Iterator<Item = usize> {
    let serves = |bits: &usize| subject.honest.supports(&case(*bits).shape).is_ok();
    let sizes = subject.sizes().into_iter().filter(|bits| *bits >= 8);
    sizes.filter(serves)
}

/// The forgeries that every argument must reject: all of them at the smallest indices that it serves, and those
/// that have something returned where nothing is looked up at every size.
pub fn forgeries<F: Field>(subject: &Subject<F>) -> Vec<Forgery<F>> {
    let larger = served(subject).skip(1);
    let larger = larger.flat_map(|bits| unlooked(subject, bits));
    smallest(subject).into_iter().chain(larger).collect()
}

/// Those at the smallest indices.
pub fn smallest<F: Field>(subject: &Subject<F>) -> Vec<Forgery<F>> {
    let Some(bits) = served(subject).next() else {
        return Vec::new();
    };
    let mask = mask(bits);
    let honest = |name, check| Forgery::honest(subject, case(bits), name, check);
    let mut all = unlooked(subject, bits);

    let mut f = honest("a wrong output", "execute/read");
    f.claimed.out[0] += 1;
    f.committed[0] += 1;
    all.push(f);

    let mut f = honest("a wrong left operand", "execute/read");
    f.claimed.left[1] += 1;
    all.push(f);

    let mut f = honest("a wrong right operand", "execute/read");
    f.claimed.right[2] ^= 1;
    all.push(f);

    let mut f = honest(
        "a committed output that is not the claimed one",
        "open/evaluation",
    );
    f.committed[0] ^= 1;
    all.push(f);

    let mut reading = |name, change: &dyn Fn(&mut Reads)| {
        let mut f = honest(name, "lookup/selectors");
        let mut reads = Reads::clone(&f.case.reads);
        change(&mut reads);
        f.claimed = Columns::of(&f.case.shape, &reads);
        f.committed = f.claimed.out.clone();
        f.case.reads = Arc::new(reads);
        all.push(f);
    };
    reading("a read of another table", &|reads| {
        reads.table[0] = reads.table[2];
    });
    reading("a read of a table that does not exist", &|reads| {
        reads.table[0] = Reads::NO_TABLE - 1;
    });
    reading("a read of no table", &|reads| {
        reads.table[0] = Reads::NO_TABLE;
    });
    reading("operands that should not be exposed", &|reads| {
        reads.operands[0] = Exposed::Pair;
    });
    reading("a read beyond the real ones", &|reads| {
        reads.index.push(0xabcd & mask);
        reads.table.push(reads.table[0]);
        reads.operands.push(Exposed::Nothing);
    });

    for (check, serving) in &subject.serving {
        let mut f = honest("a read served at another index", check);
        f.declared = true;
        let other = f.case.reads.index[0] ^ (0x0180 & mask);
        f.prover = serving(0, other);
        serve(&mut f, other);
        all.push(f);
    }
    if let Some((check, blending)) = &subject.blending {
        let mut f = honest("a digit that is not boolean", check);
        f.declared = true;
        all.push(blend(subject, blending, f));
        for (name, weight) in [
            ("two digits that are not boolean and cancel", 1),
            // Bits 0 and 4, whose weights are powers of the square of 3.
            (
                "two digits that are not boolean and cancel with weights",
                6561,
            ),
        ] {
            let mut f = honest(name, check);
            f.declared = true;
            all.extend(blend_two(subject, blending, f, [1, weight].map(F::from)));
        }
    }
    all
}

/// Makes read 0 return what it would at `other`.
fn serve<F: Field>(f: &mut Forgery<F>, other: u128) {
    let table = f.case.shape.tables[usize::from(f.case.reads.table[0])];
    f.claimed.out[0] = table.entry(other);
    f.committed[0] = table.entry(other);
}

/// Read 0 is a combination of two indices such that its output is off by one.
fn blend<F: Field>(subject: &Subject<F>, blending: &Cheating<F>, mut f: Forgery<F>) -> Forgery<F> {
    let (own, other) = (f.case.reads.index[0], f.case.reads.index[0] ^ 0x0010);
    let table = f.case.shape.tables[usize::from(f.case.reads.table[0])];
    let step = F::from(table.entry(other)) - F::from(table.entry(own));
    let share = step.inverse().expect("XOR depends on every bit");
    f.claimed.out[0] += 1;
    f.committed[0] += 1;
    bend(subject, blending, f, [(other, share), (own, F::zero())])
}

/// Two digits of read 0 are combinations, such that its output is off by a little, and that `d² − d` over the
/// one digit and over the other cancel, where a verifier adds them up with these weights.
fn blend_two<F: Field>(
    subject: &Subject<F>,
    blending: &Cheating<F>,
    mut f: Forgery<F>,
    weights: [F; 2],
) -> Option<Forgery<F>> {
    let own = f.case.reads.index[0];
    let others = [own ^ 0x0001, own ^ 0x0010];
    let table = f.case.shape.tables[usize::from(f.case.reads.table[0])];
    // XOR is the sum of what each bit contributes.
    let [one, two] = others.map(|other| F::from(table.entry(other)) - F::from(table.entry(own)));
    let ratio = weights[1] * weights[0].inverse()?;
    let inverse = two.inverse()?;
    (1..64u64)
        .find_map(|more| {
            // x·one + y·two = more, and x² − x + ratio·(y² − y) = 0.
            let (start, slope) = (F::from(more) * inverse, -one * inverse);
            let square = F::one() + ratio * slope.square();
            let linear = ratio * slope * (start.double() - F::one()) - F::one();
            let constant = ratio * (start.square() - start);
            let root = (linear.square() - (square * constant).double().double()).sqrt()?;
            let x = (root - linear) * square.double().inverse()?;
            let y = start + slope * x;
            (x.square() != x && y.square() != y).then_some((more, [x, y]))
        })
        .map(|(more, [x, y])| {
            f.claimed.out[0] += more;
            f.committed[0] += more;
            bend(subject, blending, f, [(others[0], x), (others[1], y)])
        })
}

/// Digits of read 0 are combinations: see [`Cheat::Blend`].
fn bend<F: Field>(
    subject: &Subject<F>,
    blending: &Cheating<F>,
    mut f: Forgery<F>,
    towards: [(u128, F); 2],
) -> Forgery<F> {
    f.prover = blending(Cheat::Blend { read: 0, towards });
    // Which digits differ is the argument's business: ask it to commit both indices.
    let oracles = |index: u128| {
        let mut reads = Reads::clone(&f.case.reads);
        reads.index[0] = index;
        let mut channel = PlainProver::<F>::new(PROTOCOL);
        let reads = Arc::new(reads);
        let _ = subject.honest.commit(&mut channel, &f.case.shape, reads);
        channel.finish().0.oracles
    };
    let honest = oracles(f.case.reads.index[0]);
    f.bends = Vec::new();
    for (index, share) in towards {
        let both = honest.iter().zip(oracles(index)).enumerate();
        f.bends
            .extend(both.filter_map(|(i, (a, b))| match (&a.rows, &b.rows) {
                (Rows::Digits { digits: a, .. }, Rows::Digits { digits: b, .. }) if a != b => {
                    Some(Bend {
                        oracle: Oracle(i),
                        row: 0,
                        own: a[0],
                        other: b[0],
                        share,
                    })
                }
                _ => None,
            }));
    }
    f
}
