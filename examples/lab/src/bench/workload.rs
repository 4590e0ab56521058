//! Reads of tables, by name.

use crate::dense::DenseSpec;
use crate::lookup::{self, random, table};
use crate::seed::Seed;
use anyhow::{Context, bail};
use instruction_tables::tables::{self, Kind, Table};
use instruction_tables::{WordSize, interleave};
use jolt_core::lookup::api::{LookupError, Lookups};
use jolt_core::lookup::recorded::{self, Filter};
use jolt_core::lookup::standalone::{self, Instance};
use jolt_core::lookup::{LookupShape, ProveLookup, Reads};
use rand::Rng;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use sumcheck::Field;

/// Prefix of the name of a file of reads.
const FILE: &str = "reads:";

/// What is read.
#[derive(Clone)]
pub enum Workload {
    /// Random indices of one table.
    Table(&'static dyn Table),
    /// Random indices of all tables of an instruction set, a random one each time.
    All(WordSize),
    /// Random indices of a dense table.
    Dense(DenseSpec),
    /// The reads of an execution, from a file.
    File(PathBuf),
}

impl Workload {
    /// The workload of this name: `rv32`, `rv64`, `rangeN`, `unstructuredN` (of `N` bits), `reads:FILE`, or a
    /// table's name.
    ///
    /// # Errors
    /// There is none.
    pub fn parse(name: &str) -> anyhow::Result<Self> {
        if let Some(path) = name.strip_prefix(FILE) {
            let path = PathBuf::from(path);
            if !path.is_file() {
                bail!("there is no file of reads {}", path.display());
            }
            return Ok(Workload::File(path));
        }
        let lower = name.to_lowercase();
        if let Some(bits) = bits(&lower, "range") {
            return Ok(Workload::Dense(DenseSpec::Range(bits)));
        }
        if let Some(bits) = bits(&lower, "unstructured") {
            return Ok(Workload::Dense(DenseSpec::Unstructured(bits)));
        }
        match lower.as_str() {
            "rv64" => Ok(Workload::All(WordSize::W64)),
            "rv32" => Ok(Workload::All(WordSize::W32)),
            _ => table(name)
                .map(Workload::Table)
                .with_context(|| {
                    format!("`{name}` is no workload: a table, rv32, rv64, range1 to range22, unstructured1 to unstructured22, or {FILE}FILE")
                }),
        }
    }

    /// Its name, the same for all spellings.
    pub fn name(&self) -> String {
        match self {
            Workload::Table(table) => {
                let name = table.name().to_lowercase();
                match table.index_bits() {
                    128 => name,
                    bits => format!("{name}:{bits}"),
                }
            }
            Workload::All(WordSize::W32) => "rv32".to_owned(),
            Workload::All(_) => "rv64".to_owned(),
            Workload::Dense(DenseSpec::Range(bits)) => format!("range{bits}"),
            Workload::Dense(DenseSpec::Unstructured(bits)) => format!("unstructured{bits}"),
            Workload::Dense(DenseSpec::File(path)) | Workload::File(path) => {
                format!("{FILE}{}", path.display())
            }
        }
    }

    /// `2^vars` reads.
    ///
    /// # Errors
    /// A file cannot be used, or has fewer reads.
    pub fn subject<F: Field>(&self, vars: usize, seed: Seed) -> anyhow::Result<Lookups<F>> {
        Ok(match self {
            Workload::Table(table) => Lookups::Tables(random(*table, vars, seed)),
            Workload::All(word) => Lookups::Tables(all(*word, vars, seed)),
            Workload::Dense(spec) => lookup::dense(spec, vars, seed)?,
            Workload::File(path) => {
                let cannot = || format!("cannot use the reads of {}", path.display());
                let filter = Filter {
                    table: None,
                    limit: 1 << vars,
                };
                let file = File::open(path).with_context(cannot)?;
                let instance = recorded::load(BufReader::new(file), filter).with_context(cannot)?;
                if instance.shape.cycle_vars < vars {
                    let reads = instance.selection.reads();
                    bail!("{} has {reads} reads only", path.display());
                }
                Lookups::Tables(instance)
            }
        })
    }

    /// Whether the argument can serve `2^vars` reads, or why not; without the reads where that is possible.
    ///
    /// # Errors
    /// As [`Self::subject`].
    pub fn supported_by<F: Field>(
        &self,
        argument: &dyn ProveLookup<F>,
        vars: usize,
    ) -> anyhow::Result<Result<(), String>> {
        Ok(match self {
            Workload::File(_) => cause(self.subject(vars, Seed::default())?.supported_by(argument)),
            _ => {
                let mut subject = self.subject(1, Seed::default())?;
                match &mut subject {
                    Lookups::Tables(instance) => instance.shape.cycle_vars = vars,
                    Lookups::Dense { vars: own, .. } => *own = vars,
                }
                cause(subject.supported_by(argument))
            }
        })
    }
}

/// Why an argument does not serve a workload, without the names of both.
fn cause(supported: Result<(), LookupError>) -> Result<(), String> {
    supported.map_err(|error| match error {
        LookupError::NotSupported { cause, .. } => cause.to_string(),
        other => other.to_string(),
    })
}

/// The number of bits in the name of a dense table of 1 to 22 bits.
fn bits(name: &str, prefix: &str) -> Option<u8> {
    let bits = name.strip_prefix(prefix)?.parse().ok()?;
    (1..=22).contains(&bits).then_some(bits)
}

fn all(word: WordSize, vars: usize, seed: Seed) -> Instance {
    let mut rng = seed.numbers(2);
    let tables: Vec<&'static dyn Table> = tables::all(word).iter().map(|(_, t)| *t).collect();
    let mut reads = Reads::default();
    for _ in 0..1usize << vars {
        let position = rng.gen_range(0..tables.len());
        let table = tables[position];
        let (x, y) = (
            rng.r#gen::<u64>() & word.mask(),
            rng.r#gen::<u64>() & word.mask(),
        );
        reads.index.push(match (table.kind(), word) {
            (Kind::Pair, _) => interleave(x, y),
            (Kind::Single, WordSize::W64) => rng.r#gen(),
            (Kind::Single, _) => u128::from(rng.r#gen::<u64>()) & ((1 << (2 * word.bits())) - 1),
        });
        reads.table.push(position as u8);
        reads.operands.push(standalone::exposure(table));
    }
    let shape = LookupShape {
        cycle_vars: vars,
        index_bits: 2 * word.bits(),
        tables,
    };
    Instance::new(shape, reads)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ark_bn254::Fr;
    use jolt_core::lookup::shout::Shout;

    #[test]
    fn workloads_have_names() {
        for name in ["and", "rv32", "rv64", "range5", "unstructured3"] {
            let workload = Workload::parse(&name.to_uppercase()).unwrap();
            assert_eq!(workload.name(), name);
            let subject: Lookups<Fr> = workload.subject(4, Seed::default()).unwrap();
            assert_eq!(subject.size(), (4, 16));
            assert_eq!(
                workload.supported_by::<Fr>(&Shout, 9).unwrap(),
                cause(subject.supported_by(&Shout))
            );
        }
        for wrong in ["none", "reads:/no/such/file", "", "range0", "range23"] {
            assert!(Workload::parse(wrong).is_err(), "{wrong}");
        }
    }
}
