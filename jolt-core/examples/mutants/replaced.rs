//! What is replaced in the source, and by what: the edits of all mutants at once.

use crate::edits::Edit;

/// What is changed in the copy.
pub const EDITS: &[Edit] = &[
    // Addends of relations: `term=FACTORS=TEXT=NUMBER` leaves one out, where the verifier evaluates the summand and where
    // the naive prover and the general kernel do. FACTORS are the first claimed ones, TEXT begins its formula, and
    // NUMBER is its number among those that begin alike. What a naive prover takes for a true sum is the whole summand's:
    // it says so where the rest adds up to something else.
    Edit {
        file: "sumcheck/src/relation.rs",
        old: "    /// The relation as a formula.\n",
        new: r#"    /// The summand, less an addend in a mutant.
    pub fn mutated(&self) -> Expr<F> {
        fn without<F: Field>(
            summand: &mut Expr<F>,
            names: &[&str],
            text: &str,
            left: &mut usize,
        ) -> bool {
            let inner = match summand {
                Expr::Sum(terms) => {
                    if terms.len() > 1 {
                        for at in 0..terms.len() {
                            let formula = terms[at].formula(names, &Notation::TEXT);
                            let begins = formula.chars().take_while(|c| *c != '[').take(20);
                            if begins.eq(text.chars()) {
                                if *left == 0 {
                                    terms.remove(at);
                                    return true;
                                }
                                *left -= 1;
                            }
                        }
                    }
                    terms
                }
                Expr::Product(factors) => factors,
                _ => return false,
            };
            inner.iter_mut().any(|one| without(one, names, text, left))
        }
        let mut summand = self.summand.clone();
        let mutant = {mutant};
        let claimed = self.factors.iter().filter(|f| matches!(f.source, Source::Claimed));
        let claimed: Vec<&str> = claimed.take(2).map(|f| f.name.as_str()).collect();
        if let ["term", factors, text, number] = mutant.split('=').collect::<Vec<_>>()[..] {
            if claimed.join(" ") == factors {
                let names: Vec<&str> = self.factors.iter().map(|f| f.name.as_str()).collect();
                without(&mut summand, &names, text, &mut number.parse().unwrap_or(usize::MAX));
            }
        }
        summand
    }

    /// The relation as a formula.
"#,
    },
    Edit {
        file: "sumcheck/src/batch/verifier.rs",
        old: "match relation.summand.eval_on(",
        new: "match relation.mutated().eval_on(",
    },
    Edit {
        file: "sumcheck/src/kernel/cycle.rs",
        old: "let mut summand = relation.summand.clone();",
        new: "let mut summand = relation.mutated();",
    },
    Edit {
        file: "sumcheck/src/naive.rs",
        old: "    relation: Relation<F>,\n    tables: Vec<Table<F>>,\n",
        new: "    truth: crate::Expr<F>,\n    relation: Relation<F>,\n    tables: Vec<Table<F>>,\n",
    },
    Edit {
        file: "sumcheck/src/naive.rs",
        old: "            relation: relation.clone(),\n",
        new: "            truth: relation.summand.clone(),\n            relation: Relation {\n                summand: relation.mutated(),\n                ..relation.clone()\n            },\n",
    },
    Edit {
        file: "sumcheck/src/naive.rs",
        old: "    pub fn sum(&self) -> F {\n",
        new: "    pub fn sum(&self) -> F {\n        self.sum_of(&self.truth)\n    }\n\n    fn sum_of(&self, summand: &crate::Expr<F>) -> F {\n",
    },
    Edit {
        file: "sumcheck/src/naive.rs",
        old: "            self.relation.summand.eval(&factors)\n",
        new: "            summand.eval(&factors)\n",
    },
    Edit {
        file: "sumcheck/src/naive.rs",
        old: "    fn round(&mut self, _claim: F) -> UniPoly<F> {\n",
        new: r#"    fn round(&mut self, claim: F) -> UniPoly<F> {
        if self.round == 0 && {mutant}.starts_with("term=") {
            let [whole, rest] = [&self.truth, &self.relation.summand].map(|one| self.sum_of(one));
            assert!(
                claim != whole || rest == whole,
                "a true claim is rejected: what {} lacks adds up to something",
                self.relation.name
            );
        }
"#,
    },
    // Statements.
    Edit {
        file: "jolt-core/src/statement.rs",
        old: "(MIN_CYCLE_VARS..=max_cycle_vars).contains",
        new: "((if {on:cycles-below} { 0 } else { MIN_CYCLE_VARS })..=(if {on:cycles-beyond} { usize::MAX } else { max_cycle_vars })).contains",
    },
    Edit {
        file: "jolt-core/src/statement.rs",
        old: "if length as u64 > outputs {",
        new: "if length as u64 > outputs && !{on:output-length} {",
    },
    Edit {
        file: "tracer/src/inputs.rs",
        old: "if length > capacity {\n            return Err(TraceError::InputTooLong {",
        new: "if length > capacity && !{on:input-length} {\n            return Err(TraceError::InputTooLong {",
    },
    Edit {
        file: "jolt-core/src/statement.rs",
        old: "(program.exit_status(value) == status).then_some(value)",
        new: "(program.exit_status(value) == status || {on:status-canonical}).then_some(value)",
    },
    Edit {
        file: "jolt-core/src/statement.rs",
        old: "(1, 0) => ExitStatus::Panicked,\n            (2, 0) =>",
        new: "(1, v) if v == 0 || {on:status-encoding} => ExitStatus::Panicked,\n            (2, v) if v == 0 || {on:status-encoding} =>",
    },
    // A cell that is not compared: the block without it, as blocks of its own.
    Edit {
        file: "jolt-core/src/statement.rs",
        old: "        Ok(Run {\n            machine,\n",
        new: r#"        let mutant = {mutant};
        let half = layout.io_cells() / 2;
        let free = match mutant.strip_prefix("edit=final-").unwrap_or_default() {
            "length" => Some((layout.output_length_cell(), 0)),
            "status" => Some((program.status_cell().cell(), 0)),
            "output" => Some((layout.output_cells().start, 0)),
            "output-2" => Some((layout.output_cells().start + 1, 0)),
            "after" => Some((layout.output_cells().end - 1, 0)),
            "input-length" => Some((layout.input_length_cell(), 0)),
            "input" => Some((layout.input_cells().start, 0)),
            "first-half" => Some((0, half.trailing_zeros())),
            "second-half" => Some((half, half.trailing_zeros())),
            _ => None,
        };
        let finals: Vec<FinalMemory> = match free {
            None => finals,
            Some((cell, vars)) => finals
                .into_iter()
                .flat_map(|block| {
                    let size = 1u32 << block.block_vars;
                    if !(block.first..block.first + size).contains(&cell) {
                        return vec![block];
                    }
                    let siblings = (vars as usize)..block.block_vars;
                    let siblings = siblings.map(|vars| {
                        let first = ((cell >> vars) ^ 1) << vars;
                        let own = first..first + (1 << vars);
                        let contents = block.contents.iter().copied();
                        FinalMemory {
                            name: block.name,
                            block_vars: vars,
                            first,
                            contents: contents.filter(|(k, _)| own.contains(k)).collect(),
                        }
                    });
                    siblings.collect()
                })
                .collect(),
        };
        let mut input = input;
        if {on:initial-input} {
            input.retain(|(cell, _)| *cell != layout.input_cells().start);
        }
        Ok(Run {
            machine,
"#,
    },
    Edit {
        file: "jolt-core/src/machine.rs",
        old: "            image: program.image().to_vec(),\n",
        new: "            image: program.image().iter().copied().skip({on:initial-image}.into()).collect(),\n",
    },
    // Digits: one of the others is proven one-hot a second time.
    Edit {
        file: "jolt-core/src/vm/fetch/prover.rs",
        old: "Box::new(booleanity::Prover::new(at, digits)),",
        new: r#"Box::new(booleanity::Prover::new(at, {
            let (mut digits, last) = (digits.clone(), digits.len() - 1);
            if {on:digit-1} {
                digits[1] = digits[0].clone();
            }
            if {on:digit-last} {
                digits[last] = digits[0].clone();
            }
            digits
        })),"#,
    },
    Edit {
        file: "jolt-core/src/vm/fetch/relations.rs",
        old: "        claims.extend(self.booleanity.claims(one_hot, &all));",
        new: r#"        let (mut all, last) = (all.clone(), all.len() - 1);
        if {on:digit-1} {
            all[1] = all[0];
        }
        if {on:digit-last} {
            all[last] = all[0];
        }
        claims.extend(self.booleanity.claims(one_hot, &all));"#,
    },
    // Claims that are carried.
    Edit {
        file: "jolt-core/src/vm/carry/mod.rs",
        old: "        weight *= gamma;\n    }\n    all",
        new: r#"        if !{on:carried-alike} {
            weight *= gamma;
        }
    }
    all"#,
    },
    Edit {
        file: "jolt-core/src/vm/carry/mod.rs",
        old: "    for claim in claims {\n        match all",
        new: r#"    let last = claims.len() - 1;
    let claims = claims.into_iter().enumerate();
    let left_out = |at: usize| at == 0 && {on:carried-first} || at == last && {on:carried-last};
    for (_, claim) in claims.filter(|(at, _)| !left_out(*at)) {
        match all"#,
    },
    // Claims on a program that the key commits to.
    Edit {
        file: "jolt-core/src/vm/fetch/relations.rs",
        old: "            claims.extend(columns.map(|(column, combined)| {\n                program.rows_claim(combined, row.clone(), bytecode.take(*column))\n            }));",
        new: r#"            let mut left: Vec<_> = columns.map(|(column, combined)| {
                program.rows_claim(combined, row.clone(), bytecode.take(*column))
            }).collect();
            let last = left.len() - 1;
            if {on:program-rows} {
                left.clear();
            }
            if {on:program-first} {
                left.remove(0);
            }
            if {on:program-last} {
                left.remove(last);
            }
            claims.extend(left);"#,
    },
    Edit {
        file: "jolt-core/src/memory/image/verifier.rs",
        old: "    channel.claim_eval(program.image_claim(cell, *image))?;\n",
        new: "    if !{on:program-image} {\n        channel.claim_eval(program.image_claim(cell, *image))?;\n    }\n",
    },
    Edit {
        file: "jolt-core/src/memory/image/prover.rs",
        old: "        channel.claim_eval(program.image_claim(cell, image));\n",
        new: "        if !{on:program-image} {\n            channel.claim_eval(program.image_claim(cell, image));\n        }\n",
    },
    Edit {
        file: "jolt-core/src/memory/spice/initial/mod.rs",
        old: "image: program.map(|(program, value)| program.image_claim(&ram, value)),",
        new: "image: program.filter(|_| !{on:program-spice}).map(|(program, value)| program.image_claim(&ram, value)),",
    },
    // Keys and files.
    Edit {
        file: "jolt-core/src/api/choice.rs",
        old: "if !(MIN_CYCLE_VARS..=MAX_CYCLE_VARS).contains(&vars) {",
        new: "if !((if {on:key-below} { 0 } else { MIN_CYCLE_VARS })..=(if {on:key-beyond} { usize::MAX } else { MAX_CYCLE_VARS })).contains(&vars) {",
    },
    Edit {
        file: "jolt-core/src/api/verifier.rs",
        old: "if let Some(cause) = self.mismatch(proof) {",
        new: "if let Some(cause) = self.mismatch(proof).filter(|_| !{on:file-key}) {",
    },
    Edit {
        file: "jolt-core/src/api/verifier.rs",
        old: "if found != pinned {",
        new: "if found != pinned && !{on:file-names} {",
    },
    Edit {
        file: "jolt-core/src/proof.rs",
        old: "if found != VERSION {",
        new: "if found != VERSION && !{on:file-version} {",
    },
    Edit {
        file: "jolt-core/src/proof.rs",
        old: "if mode & !(CEREMONY | HIDING | PREPROCESSED) != 0 {",
        new: "if mode & !(CEREMONY | HIDING | PREPROCESSED) != 0 && !{on:file-mode} {",
    },
    Edit {
        file: "jolt-core/src/api/verifier.rs",
        old: "if proof.ceremony != self.commitment.provenance().ceremony() {",
        new: "if proof.ceremony != self.commitment.provenance().ceremony() && !{on:file-ceremony} {",
    },
    Edit {
        file: "jolt-core/src/policy.rs",
        old: "        if let Some(ceremony) = proof.ceremony {\n",
        new: "        if let Some(ceremony) = proof.ceremony.filter(|_| !{on:policy-ceremony}) {\n",
    },
    Edit {
        file: "commitments/src/ceremony.rs",
        old: "        (!none).then_some(Ceremony { first, powers })\n",
        new: "        (!none || {on:ceremony-identity}).then_some(Ceremony { first, powers })\n",
    },
    Edit {
        file: "commitments/src/ptau/mod.rs",
        old: "    if !follows(&zeroth, &next) || !follows(&next, &last) {\n",
        new: "    if (!follows(&zeroth, &next) || !follows(&next, &last)) && !{on:ptau-tau} {\n",
    },
    Edit {
        file: "commitments/src/ptau/mod.rs",
        old: "match first_wrong(&powers, &tau, &hash) {",
        new: "match first_wrong(&powers, &tau, &hash).filter(|_| !{on:ptau-powers}) {",
    },
    Edit {
        file: "commitments/src/ptau/header.rs",
        old: "    match length - at {\n",
        new: "    match if {on:ptau-trailing} { 0 } else { length - at } {\n",
    },
    Edit {
        file: "jolt-core/src/machine.rs",
        old: "        for (at, row) in rows.iter().enumerate().skip(1) {\n",
        new: "        for (at, row) in rows.iter().enumerate().skip(if {on:bytecode-laws} { rows.len() } else { 1 }) {\n",
    },
    Edit {
        file: "jolt-core/src/policy.rs",
        old: "        if length > max {\n",
        new: "        if length > max && !{on:policy-length} {\n",
    },
    Edit {
        file: "jolt-core/src/policy.rs",
        old: "            if !accepted.contains(name) {\n",
        new: "            if !accepted.contains(name) && !{on:policy-names} {\n",
    },
    Edit {
        file: "jolt-core/src/policy.rs",
        old: "        Ok(proof.statement.check_sizes(self.max_cycle_vars)?)\n",
        new: "        if {on:policy-sizes} {\n            return Ok(());\n        }\n        Ok(proof.statement.check_sizes(self.max_cycle_vars)?)\n",
    },
    Edit {
        file: "jolt-core/src/policy.rs",
        old: "        if self.setups.iter().any(|accepted| accepted.admits(setup)) {\n",
        new: "        if self.setups.iter().any(|accepted| accepted.admits(setup)) || {on:policy-setup} {\n",
    },
    Edit {
        file: "jolt-core/src/policy.rs",
        old: "            && accepted != proof.zero_knowledge\n",
        new: "            && accepted != proof.zero_knowledge\n            && !{on:policy-mode}\n",
    },
    // What is absorbed first.
    Edit {
        file: "commitments/src/sealed/mod.rs",
        old: "        for (label, bytes) in &self.parts {\n            transcript.",
        new: "        for (label, bytes) in &self.parts {\n            if ({on:mode} && *label == \"mode\") || ({on:key} && *label == \"key\") || ({on:statement} && *label == \"statement\") {\n                continue;\n            }\n            transcript.",
    },
    Edit {
        file: "commitments/src/sealed/mod.rs",
        old: "        transcript.absorb_bytes(\"scheme\", P::NAME.as_bytes());\n        transcript.absorb_bytes(\"setup\", &key.digest());\n",
        new: "        if !{on:scheme} {\n            transcript.absorb_bytes(\"scheme\", P::NAME.as_bytes());\n        }\n        if !{on:setup} {\n            transcript.absorb_bytes(\"setup\", &key.digest());\n        }\n",
    },
    Edit {
        file: "commitments/src/sealed/mod.rs",
        old: "    transcript.absorb_bytes(\"shape\", header.as_flattened());\n",
        new: "    if !{on:shape} {\n        transcript.absorb_bytes(\"shape\", header.as_flattened());\n    }\n",
    },
    // The sealed channel.
    Edit {
        file: "commitments/src/sealed/reading.rs",
        old: "        if shape.vars > max {\n",
        new: "        if shape.vars > max && !{on:oracle-vars} {\n",
    },
    Edit {
        file: "commitments/src/sealed/reading.rs",
        old: "!(2..=256).contains(&radix)) {",
        new: "!(2..=256).contains(&radix)) && !{on:oracle-radix} {",
    },
    Edit {
        file: "commitments/src/sealed/reading.rs",
        old: "            0 => Ok(()),\n",
        new: "            n if n == 0 || {on:trailing} => Ok(()),\n",
    },
    Edit {
        file: "commitments/src/sealed/reading.rs",
        old: "        [] => Ok(batch),\n",
        new: "        rest if rest.is_empty() || {on:fixed-trailing} => Ok(batch),\n",
    },
    Edit {
        file: "commitments/src/sealed/opening.rs",
        old: "if shape.vars != claim.point.0.len() {",
        new: "if shape.vars != claim.point.0.len() && !{on:claim-oracle-vars} {",
    },
    Edit {
        file: "commitments/src/sealed/opening.rs",
        old: "        if !fits {\n",
        new: "        if !fits && !{on:claim-weights} {\n",
    },
    Edit {
        file: "commitments/src/wire.rs",
        old: "        if again == bytes {\n",
        new: "        if again == bytes || {on:canonical} {\n",
    },
    Edit {
        file: "commitments/src/wire.rs",
        old: "let value = T::deserialize_compressed(bytes).map_err(",
        new: "let value = match {on:valid} {\n            true => T::deserialize_compressed_unchecked(bytes),\n            false => T::deserialize_compressed(bytes),\n        };\n        let value = value.map_err(",
    },
    Edit {
        file: "commitments/src/wire.rs",
        old: "            0 => Ok(()),\n",
        new: "            n if n == 0 || {on:reader-end} => Ok(()),\n",
    },
    Edit {
        file: "commitments/src/pst13/vk.rs",
        old: "if usize::from(vars) > super::MAX_VARS {",
        new: "if usize::from(vars) > super::MAX_VARS && !{on:key-vars} {",
    },
    Edit {
        file: "commitments/src/pst13/vk.rs",
        old: "if reader.array()? != *MAGIC {",
        new: "if reader.array()? != *MAGIC && !{on:key-magic} {",
    },
    Edit {
        file: "commitments/src/pst13/mod.rs",
        old: "        sum.hold(std::iter::once(key.prepared_generator()).chain(secrets))\n",
        new: "        sum.hold(std::iter::once(key.prepared_generator()).chain(secrets)) || {on:pairing}\n",
    },
    Edit {
        file: "commitments/src/kzg/key.rs",
        old: "        if max_vars > MAX_VARS {\n",
        new: "        if max_vars > MAX_VARS && !{on:powers-vars} {\n",
    },
    Edit {
        file: "commitments/src/kzg/key.rs",
        old: "if reader.array()? != *MAGIC {",
        new: "if reader.array()? != *MAGIC && !{on:powers-magic} {",
    },
    Edit {
        file: "commitments/src/kzg/key.rs",
        old: "if !first.is_on_curve() || !powers.iter().all(in_group) {",
        new: "if (!first.is_on_curve() || !powers.iter().all(in_group)) && !{on:powers-group} {",
    },
    Edit {
        file: "commitments/src/kzg/key.rs",
        old: "if first.is_zero() || powers.iter().any(G2Affine::is_zero) {",
        new: "if (first.is_zero() || powers.iter().any(G2Affine::is_zero)) && !{on:powers-identity} {",
    },
    Edit {
        file: "commitments/src/kzg/key.rs",
        old: "match follows(zeroth, once) && follows(once, twice) {",
        new: "match (follows(zeroth, once) && follows(once, twice)) || {on:powers-secret} {",
    },
    Edit {
        file: "commitments/src/kzg/check.rs",
        old: "    if x == other {\n",
        new: "    if x == other && !{on:powers-points} {\n",
    },
    Edit {
        file: "commitments/src/zeromorph/equation.rs",
        old: "            parts: script.sample(PARTS),\n",
        new: "            parts: script.sample::<Fr>(PARTS) * Fr::from(!{on:zeromorph-degrees}),\n",
    },
    Edit {
        file: "commitments/src/kzg/scheme.rs",
        old: "        sum.hold(key.prepared().iter())\n",
        new: "        sum.hold(key.prepared().iter()) || {on:powers-equation}\n",
    },
    Edit {
        file: "commitments/src/mercury/equation.rs",
        old: "square * delta, fourth, fourth * delta]",
        new: "square * delta, fourth * Fr::from(!{on:mercury-degrees}), fourth * delta]",
    },
    Edit {
        file: "commitments/src/hyrax/key.rs",
        old: "if input.array()? != *MAGIC {",
        new: "if input.array()? != *MAGIC && !{on:hyrax-magic} {",
    },
    Edit {
        file: "commitments/src/hyrax/layout.rs",
        old: "match bounds.into_iter().find(|(vars, max)| vars > max) {",
        new: "match bounds.into_iter().find(|(vars, max)| vars > max && !{on:hyrax-layout}) {",
    },
    Edit {
        file: "commitments/src/hyrax/verify.rs",
        old: "if lines.len() > weights.len() {",
        new: "if lines.len() > weights.len() && !{on:hyrax-lines} {",
    },
    Edit {
        file: "commitments/src/hyrax/verify.rs",
        old: "        self.point(key).is_zero()\n",
        new: "        self.point(key).is_zero() || {on:hyrax-equation}\n",
    },
    Edit {
        file: "commitments/src/codewords/sizes.rs",
        old: "if input.array()? != *magic {",
        new: "if input.array()? != *magic && !{on:codewords-magic} {",
    },
    Edit {
        file: "commitments/src/basefold/key.rs",
        old: "match bounds.into_iter().find(|(vars, max)| vars > max) {",
        new: "match bounds.into_iter().find(|(vars, max)| vars > max && !{on:basefold-key}) {",
    },
    Edit {
        file: "commitments/src/ligero/key.rs",
        old: "match bounds.into_iter().find(|(vars, max)| vars > max) {",
        new: "match bounds.into_iter().find(|(vars, max)| vars > max && !{on:ligero-key}) {",
    },
    Edit {
        file: "commitments/src/basefold/plan.rs",
        old: "if found > MAX_COLUMNS {",
        new: "if found > MAX_COLUMNS && !{on:basefold-columns} {",
    },
    Edit {
        file: "commitments/src/ligero/plan.rs",
        old: "match found > MAX_WORDS {",
        new: "match found > MAX_WORDS && !{on:ligero-lines} {",
    },
    Edit {
        file: "commitments/src/codewords/positions.rs",
        old: "match bounds.into_iter().find(|(vars, max)| vars > max) {",
        new: "match bounds.into_iter().find(|(vars, max)| vars > max && !{on:codewords-positions}) {",
    },
    Edit {
        file: "commitments/src/codewords/groups.rs",
        old: "if found > max {",
        new: "if found > max && !{on:codewords-point} {",
    },
    Edit {
        file: "commitments/src/codewords/groups.rs",
        old: "if expected > found {",
        new: "if expected > found && !{on:codewords-longer} {",
    },
    Edit {
        file: "commitments/src/codewords/groups.rs",
        old: "if !own.is_empty() && own.len() != *columns {",
        new: "if !own.is_empty() && own.len() != *columns && !{on:codewords-factors} {",
    },
    // Lookups by themselves.
    Edit {
        file: "jolt-core/src/lookup/dense/protocol/verifier.rs",
        old: "    if reads > 1 << cycle_vars {\n        let cause = format!(\"{reads} reads in 2^{cycle_vars} rows\");\n        return Err(VerifyError::NotAllowed { cause });",
        new: "    if reads > 1 << cycle_vars && !{on:reads-in-rows} {\n        let cause = format!(\"{reads} reads in 2^{cycle_vars} rows\");\n        return Err(VerifyError::NotAllowed { cause });",
    },
    Edit {
        file: "jolt-core/src/lookup/dense/protocol/verifier.rs",
        old: "    argument.supports(shape)?;\n",
        new: "    if !{on:dense-supports} {\n        argument.supports(shape)?;\n    }\n",
    },
    Edit {
        file: "jolt-core/src/lookup/api/verifier.rs",
        old: "        match reads > self.max_reads {\n",
        new: "        match reads > self.max_reads && !{on:reads-of-key} {\n",
    },
    Edit {
        file: "jolt-core/src/lookup/api/verifier.rs",
        old: "        if !outputs.eq(statement.outputs.iter().map(|bytes| Some(bytes.clone()))) {\n",
        new: "        let unasked = match &self.table {\n            KnownTable::Automaton(_) => {on:lookup-outputs},\n            KnownTable::Dense(_) => {on:dense-outputs},\n        };\n        if !outputs.eq(statement.outputs.iter().map(|bytes| Some(bytes.clone()))) && !unasked {\n",
    },
    Edit {
        file: "jolt-core/src/lookup/standalone/mod.rs",
        old: "        if reads > rows {\n",
        new: "        if reads > rows && !{on:selection-reads} {\n",
    },
    Edit {
        file: "jolt-core/src/lookup/standalone/mod.rs",
        old: "match table < tables {",
        new: "match table < tables || {on:selection-table} {",
    },
    Edit {
        file: "jolt-core/src/lookup/standalone/mod.rs",
        old: "if table.len() != operands.len() => {",
        new: "if table.len() != operands.len() && !{on:selection-lengths} => {",
    },
    Edit {
        file: "jolt-core/src/lookup/mod.rs",
        old: "            if names.clone().take(t).any(|other| other == name) {\n",
        new: "            if names.clone().take(t).any(|other| other == name) && !{on:table-names} {\n",
    },
    // What hides proofs.
    Edit {
        file: "commitments/src/hiding/prover.rs",
        old: "    let factors: Vec<Fr> = points.iter().map(|_| draws.next(class)).collect();\n",
        new: "    let mut factors: Vec<Fr> = points.iter().map(|_| draws.next(class)).collect();\n    let none = match class {\n        Class::Column => {on:mask-columns},\n        Class::MaskColumn => {on:mask-commitments},\n        Class::Opening => {on:mask-points},\n        _ => false,\n    };\n    let one = match class {\n        Class::Column => {on:mask-one-column},\n        Class::Opening => {on:mask-one-point},\n        _ => false,\n    };\n    let zeros = {on:mask-zeros};\n    let first = factors.first().copied().unwrap_or_default();\n    for (factor, point) in factors.iter_mut().zip(&points) {\n        if none || (zeros && **point == G1Affine::identity()) {\n            *factor = Fr::from(0);\n        } else if one {\n            *factor = first;\n        }\n    }\n",
    },
    Edit {
        file: "commitments/src/hiding/prover.rs",
        old: "        let blindings: Vec<Fr> = polys.iter().map(|_| draws.next(class)).collect();\n",
        new: "        let mut blindings: Vec<Fr> = polys.iter().map(|_| draws.next(class)).collect();\n        if {on:mask-rows} {\n            blindings.fill(Fr::from(0));\n        }\n        if {on:mask-one-row} {\n            let first = blindings.first().copied().unwrap_or_default();\n            blindings.fill(first);\n        }\n        if {on:mask-last-row} {\n            blindings.pop();\n            blindings.push(Fr::from(0));\n        }\n",
    },
    Edit {
        file: "commitments/src/hiding/prover.rs",
        old: "        Some(draws.next(Class::Opening))\n",
        new: "        let mask: Fr = draws.next(Class::Opening);\n        match {on:mask-sum} {\n            true => Some(Fr::from(0)),\n            false => Some(mask),\n        }\n",
    },
    Edit {
        file: "commitments/src/sealed/hidden/prover.rs",
        old: "        let drawn = [(); DUMMIES].map(|()| self.draws.next(Class::Gate));\n",
        new: "        let mut drawn: [P::F; DUMMIES] = [(); DUMMIES].map(|()| self.draws.next(Class::Gate));\n        for (place, zero) in drawn.iter_mut().zip([{on:mask-alpha}, {on:mask-beta}, {on:mask-u}]) {\n            if zero {\n                *place = P::F::zero();\n            }\n        }\n        if {on:mask-gates-one} {\n            drawn[1] = drawn[0];\n        }\n        if {on:mask-gates-two} {\n            drawn[2] = drawn[0];\n        }\n",
    },
    Edit {
        file: "commitments/src/sealed/hidden/masks.rs",
        old: "        let [a, b] = [(); 2].map(|()| Mask::draw(vars, draws));\n",
        new: "        let [mut a, mut b] = [(); 2].map(|()| Mask::draw(vars, draws));\n        if {on:mask-a} {\n            a.rows.fill(F::zero());\n        }\n        if {on:mask-b} {\n            b.rows.fill(F::zero());\n        }\n        if {on:mask-same} {\n            b.rows.copy_from_slice(&a.rows);\n        }\n        if {on:mask-first} || {on:mask-a-first} {\n            a.rows[0] = F::zero();\n        }\n        if {on:mask-first} || {on:mask-b-first} {\n            b.rows[0] = F::zero();\n        }\n        if {on:mask-last} {\n            a.rows[vars] = F::zero();\n            b.rows[vars] = F::zero();\n        }\n",
    },
    Edit {
        file: "commitments/src/hyrax/hiding_prover.rs",
        old: "                let own = [draw(), draw()];\n",
        new: "                let mut own = [draw(), draw()];\n                if {on:mask-left} {\n                    own[0] = Fr::zero();\n                }\n                if {on:mask-cross} {\n                    own[1] = own[0];\n                }\n",
    },
    Edit {
        file: "commitments/src/hyrax/hiding_prover.rs",
        old: "        let mask = [draw(), draw()];\n",
        new: "        let mut mask = [draw(), draw()];\n        if {on:mask-answer} {\n            mask[0] = Fr::zero();\n        }\n        if {on:mask-blinding} {\n            mask[1] = Fr::zero();\n        }\n        if {on:mask-answers} {\n            mask[1] = mask[0];\n        }\n",
    },
    Edit {
        file: "commitments/src/draws.rs",
        old: "        let filled = getrandom::fill(&mut entropy);\n",
        new: "        let filled = getrandom::fill(&mut entropy);\n        if {on:mask-entropy} {\n            entropy.fill(0);\n        }\n",
    },
    Edit {
        file: "commitments/src/draws.rs",
        old: "        let mut bytes = [0u8; 48];\n        generator.0.fill_bytes(&mut bytes);\n",
        new: "        let mut bytes = [0u8; 48];\n        if {on:mask-twice} {\n            generator.0.set_word_pos(12 * (self.made as u128 / 2));\n        }\n        generator.0.fill_bytes(&mut bytes);\n",
    },
    Edit {
        file: "commitments/src/sealed/adopted.rs",
        old: "        Blinding(Some(draws.bytes()))\n",
        new: "        match {on:mask-kept} {\n            true => Blinding(Some([1; 32])),\n            false => Blinding(Some(draws.bytes())),\n        }\n",
    },
];
