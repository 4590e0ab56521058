//! Every kernel of the machine equals the naive prover, message for message.

use crate::support::{Start, honest, machine, program, simulate, tables};
use ark_bn254::Fr;
use ark_ff::{UniformRand, Zero};
use ark_std::rand::Rng;
use ark_std::rand::rngs::StdRng;
use instruction_tables::{Row, WordSize};
use jolt_core::constraints::{CONSTRAINTS, Column};
use jolt_core::machine::{Part, Run};
use jolt_core::memory::REGISTER_VARS;
use jolt_core::memory::protection::{self, Accessed, Forbidden, Rounds};
use jolt_core::memory::spice::Stories;
use jolt_core::memory::spice::access::{self, Public};
use jolt_core::memory::spice::balance::{Challenges, Opened, SLOT_VARS};
use jolt_core::memory::spice::initial::{self, Initial, Places};
use jolt_core::memory::spice::ports::{self, CELL};
use jolt_core::memory::spice::witness::{self as spice, Access, Columns, Rules, Story};
use jolt_core::memory::twist::{read_checking, value_evaluation};
use jolt_core::vm::carry::{self, Carry};
use jolt_core::vm::constrain::{self, Constraints, violations};
use jolt_core::witness::Witness;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use sumcheck::{
    EvalClaim, Held, NaiveProver, Oracle, PackedDigits as Packed, Point, Poly, Relation,
    RoundProver, Shared, Weights,
};
use tracer::CellSet;

const WORD: WordSize = WordSize::W64;

fn rng(seed: u64) -> ark_std::rand::rngs::StdRng {
    use ark_std::rand::SeedableRng;
    ark_std::rand::rngs::StdRng::seed_from_u64(seed)
}

fn point(rng: &mut impl ark_std::rand::Rng, n: usize) -> Point<Fr> {
    Point((0..n).map(|_| Fr::rand(rng)).collect())
}

/// Runs both provers on the same challenges; returns the bound points.
fn same_messages(
    relation: &Relation<Fr>,
    tables: Vec<Vec<Fr>>,
    kernel: &mut dyn RoundProver<Fr>,
    rng: &mut impl ark_std::rand::Rng,
) -> Vec<Point<Fr>> {
    let mut naive = NaiveProver::new(relation, tables);
    let mut claim = naive.sum();
    let mut challenges = Vec::new();
    for round in 0..relation.rounds() {
        let slow = naive.round(claim);
        let mut fast = kernel.round(claim);
        while fast.0.len() > slow.0.len() {
            assert_eq!(
                fast.0.pop(),
                Some(Fr::zero()),
                "{} round {round}",
                relation.name
            );
        }
        assert_eq!(
            slow.0[..fast.0.len()],
            fast.0[..],
            "{} round {round}",
            relation.name
        );
        assert!(slow.0[fast.0.len()..].iter().all(Zero::is_zero));
        let x = Fr::rand(rng);
        claim = slow.eval(x);
        naive.bind(x);
        kernel.bind(x);
        challenges.push(x);
    }
    assert_eq!(naive.finish(), kernel.finish(), "{}", relation.name);
    relation.points(&challenges)
}

fn witness_of(run: &Run<'_>, cycles: usize) -> Witness {
    let start = Start {
        cycles,
        ..Start::honest(run)
    };
    simulate(run, &start, &honest)
}

#[test]
fn the_test_program_is_honest_and_uses_every_constraint() {
    let machine = machine(WORD, program(WORD));
    let run = crate::support::run(&machine, vec![(1, 7)]);
    let witness = witness_of(&run, 60);
    assert_eq!(violations(&run, &witness), vec![]);
    assert_eq!(witness.cycles(), 19);
    for constraint in &CONSTRAINTS {
        let used = constraint.terms.iter().any(|t| {
            witness.row.iter().any(|r| {
                !t.constant::<Fr>(WORD, &machine.bytecode.rows()[*r as usize])
                    .is_zero()
            })
        });
        assert!(used, "{}", constraint.name);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn constrain(seed: u64, cycles in 1usize..20) {
        let mut rng = rng(seed);
        let machine = machine(WORD, program(WORD));
        let run = crate::support::run(&machine, vec![(1, 7)]);
        let witness = witness_of(&run, cycles);
        let tau = point(&mut rng, run.cycle_vars);
        let weights: Vec<Fr> = CONSTRAINTS.iter().map(|_| Fr::rand(&mut rng)).collect();
        let constraints = Constraints::new(&tau);
        let relation = &constraints.relation;
        let mut kernel = constrain::kernel(relation, &run, &witness, &weights);
        let columns = constrain::columns::<Fr>(&run, &witness);
        let h = jolt_core::constraints::coefficients(&machine.bytecode, &weights);
        let of_columns = Column::ALL.iter().zip(&columns).map(|(name, column)| {
            let table = (0..1 << run.cycle_vars).map(|j| column.get(j));
            (constraints.columns[name], table.collect())
        });
        let of_rows = constraints.coefficients.iter().zip(&h).map(|(claimed, column)| {
            let real = witness.row.iter().map(|r| column[*r as usize]).collect();
            (*claimed, tables::pad(&run, real, column[0]))
        });
        let tables = tables::of(relation, of_columns.chain(of_rows).collect());
        same_messages(relation, tables, &mut kernel, &mut rng);
    }

    #[test]
    fn read_checking_and_value_evaluation(seed: u64, cycles in 1usize..20) {
        let mut rng = rng(seed);
        let machine = machine(WORD, program(WORD));
        let run = crate::support::run(&machine, vec![(1, 7)]);
        let witness = witness_of(&run, cycles);
        let r = point(&mut rng, run.cycle_vars);
        let challenges = read_checking::Challenges {
            gamma: Fr::rand(&mut rng),
            forbidden: [Fr::rand(&mut rng), Fr::rand(&mut rng)],
        };
        let relations = read_checking::Relations::new(&run, &r, &challenges);
        let read_checking::Relations { registers, ram } = &relations;
        let kernels = read_checking::kernels(&relations, &run, &witness, &r, &challenges);
        let [mut of_registers, mut of_ram] = kernels;
        let rd = tables::port(&run, &witness, |r| r.rd);
        let cell = |j: usize| Some(witness.address.get(j).map_or(0, |k| *k as usize));
        let numbers: [fn(&Row) -> u8; 3] = [|r| r.rs1, |r| r.rs2, |r| r.rd];
        let ports = registers.addresses.into_iter().zip(numbers);
        let ports = ports.map(|(port, number)| {
            (port, tables::one_hot(&run, 6, tables::port(&run, &witness, number)))
        });
        let values = tables::values(&run, 6, &[], |j| rd(j).map(|k| (k, witness.rd_inc[j])));
        let of = ports.chain([(registers.value, values)]).collect();
        let of = tables::of(&registers.relation, of);
        let register = same_messages(&registers.relation, of, &mut *of_registers, &mut rng);
        let written = |j: usize| {
            witness.cell_inc.get(j).map(|increment| (witness.address[j] as usize, *increment))
        };
        let half = |part: Part| {
            let vars = machine.part_vars(part);
            let above = if part == Part::High { machine.part_vars(Part::Low) } else { 0 };
            let of = |j: usize| cell(j).map(|k| k >> above & ((1 << vars) - 1));
            tables::one_hot(&run, vars, of)
        };
        let [low, high] = ram.addresses;
        let of = vec![
            (ram.value, tables::values(&run, 6, &run.initial(), written)),
            (low, half(Part::Low)),
            (high, half(Part::High)),
        ];
        let of = tables::of(&ram.relation, of);
        let cells = same_messages(&ram.relation, of, &mut *of_ram, &mut rng);

        let read = read_checking::Checked {
            point: register[1].clone(),
            register: register[0].clone(),
            ports: [Fr::zero(); 3],
            cell: Point::join(&cells[..2]),
            address: [Fr::zero(); 2],
        };
        let blocks: Vec<Point<Fr>> = run
            .finals
            .iter()
            .map(|f| f.point(&point(&mut rng, f.block_vars), machine.ram_vars()))
            .collect();
        let relations = value_evaluation::Relations::new(&run, &read.point, &r);
        let of = (&run, &witness);
        let mut kernels = value_evaluation::kernels(&relations, of, &read, &blocks, &r);
        let shift = &relations.shift;
        let labels = tables::by_row(&run, &witness, |row| Fr::from(row.label));
        let of = tables::of(&shift.relation, vec![(shift.label, labels)]);
        same_messages(&shift.relation, of, &mut kernels.pop().unwrap(), &mut rng);
        let increments = |of: &[i128]| {
            let real = of.iter().map(|x| Fr::from(*x)).collect();
            tables::pad(&run, real, Fr::zero())
        };
        let mut kernels = kernels.into_iter();
        let registers = &relations.registers;
        let ([address], eq) = (registers.address, read.register.eq_table());
        let written = (0..1usize << run.cycle_vars).map(|j| rd(j).map_or(Fr::zero(), |k| eq[k]));
        let of = vec![
            (address, written.collect()),
            (registers.increment, increments(&witness.rd_inc)),
        ];
        let tables = tables::of(&registers.relation, of);
        let mut kernel = kernels.next().unwrap();
        same_messages(&registers.relation, tables, &mut kernel, &mut rng);
        let of_cells = std::iter::once((&relations.ram, &read.cell));
        let of_cells = of_cells.chain(relations.finals.iter().zip(&blocks));
        for ((contents, at), mut kernel) in of_cells.zip(kernels) {
            let [low, high] = machine.halves(at).map(|half| half.eq_table());
            let (cells, bits) = (0..1usize << run.cycle_vars, low.len().ilog2());
            let cells: Vec<usize> = cells.map(|j| cell(j).unwrap()).collect();
            let of_low = cells.iter().map(|k| low[k & (low.len() - 1)]).collect();
            let of_high = cells.iter().map(|k| high[k >> bits]).collect();
            let [in_low, in_high] = contents.address;
            let of = vec![
                (in_low, of_low),
                (in_high, of_high),
                (contents.increment, increments(&witness.cell_inc)),
            ];
            let tables = tables::of(&contents.relation, of);
            same_messages(&contents.relation, tables, &mut kernel, &mut rng);
        }
    }

    /// Claims on oracles of every kind, at three points of which two have oracles in common.
    #[test]
    fn carried_claims(seed: u64, vars in 0usize..7) {
        let rng = &mut rng(seed);
        let rows = |rng: &mut StdRng| rng.gen_range(0..=1usize << vars);
        let mut polys = BTreeMap::new();
        for number in 0..8 {
            let rows = rows(rng);
            let digits = || Packed::of(vars, 5 + number, rows, |j| (j * j % (5 + number)) as u8);
            let held = match number % 4 {
                0 => Held::Shared(Shared::Digits(Arc::new(digits()))),
                1 => Held::Own(Arc::new(Shared::Digits(Arc::new(digits())).poly())),
                2 => {
                    let signed = (0..rows).map(|j| (j as i128 - 3) << (j % 60)).collect();
                    Held::Shared(Shared::Signed(vars, Arc::new(signed)))
                }
                _ => {
                    let dense = (0..rows).map(|_| Fr::rand(rng)).collect();
                    Held::Own(Arc::new(Poly::dense(vars, dense)))
                }
            };
            polys.insert(Oracle(10 + number), held);
        }
        let points = [(); 3].map(|()| point(rng, vars));
        let claims = [0, 1, 0, 2, 1, 0].map(|at| {
            let terms = polys.iter().skip(2 * at).map(|(oracle, held)| {
                let weights = match held.poly().shape().radix {
                    Some(radix) => Weights::Digit((0..radix).map(|_| Fr::rand(rng)).collect()),
                    None => Weights::One,
                };
                (*oracle, weights, Fr::rand(rng))
            });
            let terms: Vec<_> = terms.collect();
            let value = terms.iter().map(|(oracle, weights, factor)| {
                *factor * polys[oracle].poly().evaluate(weights, &points[at])
            });
            let value = value.sum();
            EvalClaim { terms, point: points[at].clone(), value }
        });
        let carried = carry::by_point(claims.into(), (Fr::rand(rng), Fr::rand(rng)));
        let carry = Carry::new(&carried, vars);
        let tables = tables::carried(&carry, &carried, &polys);
        let (constant, terms) = carry::sum(&carried);
        let sum = constant + terms.iter().map(|(c, v)| *c * v).sum::<Fr>();
        prop_assert_eq!(NaiveProver::new(&carry.relation, tables.clone()).sum(), sum);
        let mut kernel = carry::kernel(&carried, &polys);
        same_messages(&carry.relation, tables, &mut *kernel, rng);
    }

    #[test]
    fn first_accesses(seed: u64, cycles in 1usize..20) {
        let mut rng = rng(seed);
        let machine = machine(WORD, program(WORD));
        let run = crate::support::run(&machine, vec![(1, 7)]);
        let witness = witness_of(&run, cycles);
        let columns = Columns::of(&run, &witness);
        let story = Story { run: &run, witness: &witness, columns: &columns, rules: Rules::TRUE };
        let accesses = spice::accesses(&run, &witness, Rules::TRUE);
        let image = machine.image.as_slice();
        let evaluated = Initial { evaluated: [image, &[]], opened: None };
        // Some of it evaluated, and some of it opened.
        let opened = Initial { evaluated: [&image[1..], &[]], opened: Some(&image[..1]) };
        let [registers, ram] = initial::PLACES;
        let all = [(registers, Initial::default()), (ram.clone(), evaluated), (ram, opened)];
        for (places, contents) in &all {
            let (rho, gamma) = (point(&mut rng, REGISTER_VARS), Fr::rand(&mut rng));
            let own = Places::new("cells", &rho, gamma, *contents);
            let cells = initial::cells(&story, places);
            let mut kernel = initial::Prover::new(&rho, gamma, &cells, *contents);
            // The first access in order of time, if there is one.
            let first = |k: u64| accesses.iter().find(|a| a.place == places.start + k);
            let value = |a: &Access| spice::old(&witness, a.port)[a.cycle];
            let table = |of: &dyn Fn(&Access) -> u64| {
                let entries = (0..1 << REGISTER_VARS).map(|k| first(k).map_or(0, of));
                entries.map(Fr::from).collect()
            };
            let mut of = vec![(own.touched, table(&|_| 1)), (own.values, table(&value))];
            of.extend(own.image.zip(contents.opened).map(|(image, cells)| {
                let of = |k: u32| cells.iter().find(|(cell, _)| *cell == k).map_or(0, |(_, v)| *v);
                (image, (0..1 << REGISTER_VARS).map(|k| Fr::from(of(k))).collect())
            }));
            let tables = tables::of(&own.relation, of);
            same_messages(&own.relation, tables, &mut kernel, &mut rng);
        }
    }

    #[test]
    fn forbidden(seed: u64, cycles in 1usize..20, bounds in prop::collection::vec(0u32..65, 8)) {
        let mut rng = rng(seed);
        let mut machine = machine(WORD, program(WORD));
        // Any ranges, those that touch and those that are empty included.
        let ranges = |bounds: &[u32]| bounds.chunks(2).map(|b| b[0]..b[1]).collect::<Vec<_>>();
        machine.read_only = CellSet::new(ranges(&bounds[..4]));
        machine.guard = CellSet::new(ranges(&bounds[4..]));
        let run = crate::support::run(&machine, vec![(1, 7)]);
        let witness = witness_of(&run, cycles);
        let step = point(&mut rng, run.cycle_vars);
        let weights = [Fr::rand(&mut rng), Fr::rand(&mut rng)];
        let forbidden = Forbidden::new(&run, weights);
        // As the sets say, cell by cell.
        let at = |k: u32| {
            let sets = [&machine.read_only, &machine.guard];
            let terms = sets.iter().zip(&weights).filter(|(set, _)| set.contains(k));
            terms.map(|(_, weight)| *weight).sum::<Fr>()
        };
        for k in 0..64 {
            assert_eq!(forbidden.evaluate(&Point::boolean(k.into(), 6)), at(k));
        }
        let Accessed { relation, address } = Accessed::new(6, &forbidden);
        let accessed = protection::by_cell(&run, &witness, &step);
        let eq = step.eq_table();
        let mut sums = vec![Fr::zero(); 64];
        for (j, weight) in eq.iter().enumerate() {
            sums[witness.address.get(j).map_or(0, |k| *k as usize)] += weight;
        }
        let tables = tables::of(&relation, vec![(address, sums)]);
        let mut kernel = Rounds::new(forbidden, accessed);
        same_messages(&relation, tables, &mut kernel, &mut rng);
    }

    #[test]
    fn accesses(seed: u64, cycles in 1usize..20) {
        let mut rng = rng(seed);
        let machine = machine(WORD, program(WORD));
        let run = crate::support::run(&machine, vec![(1, 7)]);
        let witness = witness_of(&run, cycles);
        let columns = Columns::of(&run, &witness);
        let story = Story { run: &run, witness: &witness, columns: &columns, rules: Rules::TRUE };
        let challenges = Challenges { beta: Fr::rand(&mut rng), sigma: Fr::rand(&mut rng) };
        let leaves = point(&mut rng, run.cycle_vars + SLOT_VARS);
        let public = Public {
            opened: Opened::new(run.cycle_vars, &leaves, &challenges),
            challenges,
            zeta: Fr::rand(&mut rng),
            zero: [Fr::rand(&mut rng), Fr::rand(&mut rng)],
            theta: Fr::rand(&mut rng),
            delta: Fr::rand(&mut rng),
            cells: [point(&mut rng, REGISTER_VARS), point(&mut rng, machine.ram_vars())],
            blocks: (run.finals.iter())
                .map(|f| f.point(&point(&mut rng, f.block_vars), machine.ram_vars()))
                .collect(),
            step: point(&mut rng, run.cycle_vars),
        };
        let relations = access::Relations::new(&run, &public);
        let kernels = access::kernels(&relations, &Stories::of(story), &public);
        let integers = |column: &[i128]| {
            tables::pad(&run, column.iter().map(|x| Fr::from(*x)).collect(), Fr::zero())
        };
        let active = |port| tables::by_row(&run, &witness, |r| Fr::from(ports::active(r, port)));
        let all = 0..1usize << run.cycle_vars;
        let cells_at = |point: &Point<Fr>| {
            let eq = point.eq_table();
            let at = |j: usize| eq[witness.address.get(j).map_or(0, |k| *k as usize)];
            all.clone().map(at).collect::<Vec<Fr>>()
        };
        let old = |port| {
            let old = spice::old(&witness, port).iter();
            tables::pad(&run, old.map(|x| Fr::from(*x)).collect(), Fr::zero())
        };
        let place = |port| match port {
            CELL => {
                let cells: Vec<i128> = witness.address.iter().map(|k| (*k).into()).collect();
                integers(&cells)
            }
            _ => tables::by_row(&run, &witness, |r| Fr::from(u64::from(ports::number(r, port)))),
        };
        let mut leaf = vec![Fr::zero(); 1 << run.cycle_vars];
        let mut of = Vec::new();
        for (port, at) in relations.accesses.ports.iter().enumerate() {
            let (on, difference) = (active(port), integers(&columns.difference[port]));
            for (sum, (on, difference)) in leaf.iter_mut().zip(on.iter().zip(&difference)) {
                *sum += public.opened.ports[port] * (*on - public.zeta * difference);
            }
            of.push((at.active, on));
            of.push((at.old, old(port)));
            of.push((at.first, integers(&columns.first[port])));
            of.push((at.last, integers(&columns.last[port])));
            of.push((at.difference, difference));
            of.extend(at.carry.map(|carry| (carry, integers(&columns.carry[port]))));
            let increment = match port {
                CELL => &witness.cell_inc,
                _ => &witness.rd_inc,
            };
            of.extend(at.increment.map(|factor| (factor, integers(increment))));
            of.push((at.place, place(port)));
        }
        let accesses = &relations.accesses.relation;
        let mut each = vec![(accesses, tables::of(accesses, of))];
        let differences = &relations.differences;
        let of = tables::of(&differences.relation, vec![(differences.leaf, leaf)]);
        each.push((&differences.relation, of));
        let flags = &relations.flags;
        let first = flags.first.iter().zip(&columns.first);
        let last = flags.last.iter().zip(&columns.last);
        let carry = flags.carry.iter().zip(&columns.carry);
        let of = first.chain(last).chain(carry);
        let of = of.map(|(factor, column)| (*factor, integers(column))).collect();
        each.push((&flags.relation, tables::of(&flags.relation, of)));
        let mut of = Vec::new();
        let eq = public.cells[0].eq_table();
        for (port, at) in relations.registers.ports.iter().enumerate() {
            let number = tables::port(&run, &witness, |r| ports::number(r, port));
            let address = all.clone().map(|j| number(j).map_or(Fr::zero(), |k| eq[k]));
            of.push((at.address, address.collect()));
            of.push((at.first, integers(&columns.first[port])));
            of.push((at.old, old(port)));
        }
        let registers = &relations.registers.relation;
        each.push((registers, tables::of(registers, of)));
        let [at] = &relations.ram.ports;
        let of = vec![
            (at.address, cells_at(&public.cells[1])),
            (at.first, integers(&columns.first[CELL])),
            (at.old, old(CELL)),
        ];
        let ram = &relations.ram.relation;
        each.push((ram, tables::of(ram, of)));
        for (contents, block) in relations.finals.iter().zip(&public.blocks) {
            let of = vec![
                (contents.address[0], cells_at(block)),
                (contents.increment, integers(&witness.cell_inc)),
            ];
            each.push((&contents.relation, tables::of(&contents.relation, of)));
        }
        let shift = &relations.shift;
        let labels = tables::by_row(&run, &witness, |row| Fr::from(row.label));
        let of = tables::of(&shift.relation, vec![(shift.label, labels)]);
        each.push((&shift.relation, of));
        assert_eq!(each.len(), kernels.len());
        for ((relation, tables), mut kernel) in each.into_iter().zip(kernels) {
            same_messages(relation, tables, &mut *kernel, &mut rng);
        }
    }
}
