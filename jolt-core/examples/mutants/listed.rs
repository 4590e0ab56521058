//! The mutants that edits of the source make ([`crate::replaced`]).

use crate::catalogue::Kind;
use crate::edits::{About, Listed};

const fn bound(name: &'static str, what: &'static str, about: About) -> Listed {
    Listed {
        kind: Kind::Bound,
        name,
        what,
        about,
    }
}

const fn stated(name: &'static str, what: &'static str) -> Listed {
    Listed {
        kind: Kind::Statement,
        name,
        what,
        about: About::Machine,
    }
}

const fn unchecked(name: &'static str, what: &'static str) -> Listed {
    Listed {
        kind: Kind::Check,
        name,
        what,
        about: About::Machine,
    }
}

const fn unbound(name: &'static str, what: &'static str, about: About) -> Listed {
    Listed {
        kind: Kind::Message,
        name,
        what,
        about,
    }
}

const fn unmasked(name: &'static str, what: &'static str) -> Listed {
    Listed {
        kind: Kind::Mask,
        name,
        what,
        about: About::Masks,
    }
}

use About::{Lookups, Machine, Sealed};

/// All mutants of the copy but addends of relations.
pub const MUTANTS: &[Listed] = &[
    unchecked(
        "carried-alike",
        "claims on oracles at other points, one against the other",
    ),
    unchecked(
        "carried-first",
        "the first claim on an oracle at another point",
    ),
    unchecked(
        "carried-last",
        "the last claim on an oracle at another point",
    ),
    unchecked(
        "program-rows",
        "claims on the rows of a program that the key commits to",
    ),
    unchecked(
        "program-first",
        "the first claim on the rows of a program that the key commits to",
    ),
    unchecked(
        "program-last",
        "the last claim on the rows of a program that the key commits to",
    ),
    unchecked(
        "program-image",
        "claims on the image of a program that the key commits to",
    ),
    unchecked(
        "program-spice",
        "claims of Spice on the image of a program that the key commits to",
    ),
    bound(
        "cycles-below",
        "statements of fewer cycles than there may be",
        Machine,
    ),
    bound(
        "cycles-beyond",
        "statements of more cycles than the key allows",
        Machine,
    ),
    bound(
        "key-below",
        "keys for fewer cycles than there may be",
        Machine,
    ),
    bound(
        "key-beyond",
        "keys for more cycles than there may be",
        Machine,
    ),
    bound("output-length", "outputs longer than their area", Machine),
    bound("input-length", "inputs longer than their area", Machine),
    bound(
        "status-canonical",
        "statuses that stand for another value of the cell",
        Machine,
    ),
    bound("file-version", "proof files of any version", Machine),
    bound("file-mode", "proof files of any mode", Machine),
    bound("file-key", "proof files that name another key", Machine),
    bound(
        "file-ceremony",
        "proof files that name another ceremony than the key's",
        Machine,
    ),
    bound(
        "file-names",
        "proof files that name other arguments or schemes",
        Machine,
    ),
    bound(
        "status-encoding",
        "encodings of a status with a value that it does not have",
        Machine,
    ),
    bound(
        "bytecode-laws",
        "keys of bytecode that breaks its laws",
        Machine,
    ),
    bound(
        "policy-length",
        "files longer than the policy says",
        Machine,
    ),
    bound(
        "policy-names",
        "arguments or schemes that the policy does not have",
        Machine,
    ),
    bound(
        "policy-sizes",
        "sizes that the policy does not have",
        Machine,
    ),
    bound(
        "policy-setup",
        "an insecure setup where the policy wants a secure one",
        Machine,
    ),
    bound(
        "policy-mode",
        "proofs of the mode that the policy does not want",
        Machine,
    ),
    bound(
        "policy-ceremony",
        "files that name a ceremony that the policy does not have",
        Machine,
    ),
    bound(
        "ceremony-identity",
        "ceremonies with the identity among their points",
        Sealed,
    ),
    bound(
        "ptau-tau",
        "files of ceremonies whose first powers are not of one secret",
        Sealed,
    ),
    bound(
        "ptau-powers",
        "files of ceremonies with a power that is none",
        Sealed,
    ),
    bound(
        "ptau-trailing",
        "bytes after the last section of a ceremony's file",
        Sealed,
    ),
    bound(
        "oracle-vars",
        "oracles of more variables than the key has",
        Sealed,
    ),
    bound("oracle-radix", "digit oracles of any radix", Sealed),
    bound("trailing", "bytes after the end of a proof", Sealed),
    bound(
        "claim-oracle-vars",
        "claims at points of another length than the oracle's",
        Sealed,
    ),
    bound(
        "claim-weights",
        "claims with weights for another kind of oracle",
        Sealed,
    ),
    bound(
        "fixed-trailing",
        "bytes after a commitment in the key",
        Sealed,
    ),
    bound("canonical", "encodings that are not canonical", Sealed),
    bound("valid", "encodings of what is no value", Sealed),
    bound(
        "reader-end",
        "bytes after the end of a verifier's key",
        Sealed,
    ),
    bound(
        "key-vars",
        "verifier's keys of more variables than there may be",
        Sealed,
    ),
    bound("key-magic", "verifier's keys of another format", Sealed),
    bound(
        "pairing",
        "openings whose product of pairings is not 1",
        Sealed,
    ),
    bound(
        "powers-vars",
        "keys of more powers than there may be",
        Sealed,
    ),
    bound("powers-magic", "keys of powers in another format", Sealed),
    bound(
        "powers-group",
        "keys with points outside of their group",
        Sealed,
    ),
    bound("powers-identity", "keys with the identity", Sealed),
    bound("powers-secret", "keys of more than one secret", Sealed),
    bound(
        "powers-points",
        "openings at points that are no two points",
        Sealed,
    ),
    bound("zeromorph-degrees", "openings with long quotients", Sealed),
    bound(
        "powers-equation",
        "openings whose equation does not hold",
        Sealed,
    ),
    bound("mercury-degrees", "openings with long remainders", Sealed),
    bound("hyrax-magic", "Hyrax keys of another format", Sealed),
    bound(
        "hyrax-layout",
        "Hyrax layouts of more lines, or longer ones, than there may be",
        Sealed,
    ),
    bound(
        "hyrax-lines",
        "columns of more lines than the point has",
        Sealed,
    ),
    bound(
        "codewords-magic",
        "keys of BaseFold and Ligero of another format",
        Sealed,
    ),
    bound(
        "basefold-key",
        "BaseFold keys of larger sizes than there may be",
        Sealed,
    ),
    bound(
        "basefold-columns",
        "sums of more columns than BaseFold's error counts",
        Sealed,
    ),
    bound(
        "ligero-key",
        "Ligero keys of larger sizes than there may be",
        Sealed,
    ),
    bound(
        "ligero-lines",
        "sums of more lines than Ligero's error counts",
        Sealed,
    ),
    bound(
        "codewords-positions",
        "rates and numbers of positions that there may not be",
        Sealed,
    ),
    bound(
        "codewords-point",
        "points of more coordinates than the key allows",
        Sealed,
    ),
    bound(
        "codewords-longer",
        "columns of more variables than the point",
        Sealed,
    ),
    bound(
        "codewords-factors",
        "factors that are not as many as columns",
        Sealed,
    ),
    bound(
        "hyrax-equation",
        "openings whose inner products are not proven",
        Sealed,
    ),
    bound(
        "reads-in-rows",
        "more reads of a dense table than rows",
        Lookups,
    ),
    bound(
        "reads-of-key",
        "more reads of a dense table than the key allows",
        Lookups,
    ),
    bound(
        "dense-outputs",
        "dense/outputs: commitments to outputs other than the statement's",
        Lookups,
    ),
    bound(
        "lookup-outputs",
        "lookup/outputs: the same for an automaton",
        Lookups,
    ),
    bound(
        "dense-supports",
        "dense tables of sizes that an argument does not serve",
        Lookups,
    ),
    bound(
        "selection-reads",
        "selections of more reads than rows",
        Lookups,
    ),
    bound(
        "selection-table",
        "selections of a table that there is not",
        Lookups,
    ),
    bound(
        "selection-lengths",
        "selections with another number of operands",
        Lookups,
    ),
    bound("table-names", "two tables of one name", Lookups),
    unbound("mode", "the mode is not absorbed", Machine),
    unbound("key", "the digest of the key is not absorbed", Machine),
    unbound("statement", "the statement is not absorbed", Machine),
    unbound("scheme", "the scheme's name is not absorbed", Sealed),
    unbound("setup", "the digest of the setup is not absorbed", Sealed),
    unbound("shape", "shapes of oracles are not absorbed", Sealed),
    stated(
        "final-length",
        "the length of the output is not compared with memory",
    ),
    stated("final-status", "the status is not compared with memory"),
    stated(
        "final-output",
        "the first cell of the output is not compared with memory",
    ),
    stated(
        "final-output-2",
        "the second cell of the output is not compared with memory",
    ),
    stated(
        "final-after",
        "the last cell of the output's area, zero, is not compared with memory",
    ),
    stated(
        "final-input-length",
        "the length of the input is not compared with memory at the end",
    ),
    stated(
        "final-input",
        "the first cell of the input is not compared with memory at the end",
    ),
    stated(
        "final-first-half",
        "the first half of the block is not compared with memory",
    ),
    stated(
        "final-second-half",
        "the second half of the block is not compared with memory",
    ),
    stated(
        "initial-input",
        "memory does not start with the first cell of the input",
    ),
    stated(
        "initial-image",
        "memory does not start with the first cell of the image",
    ),
    stated("digit-1", "the second digit oracle is not proven one-hot"),
    stated("digit-last", "the last digit oracle is not proven one-hot"),
    unmasked("mask-columns", "columns are committed without blindings"),
    unmasked(
        "mask-one-column",
        "all columns of a batch have one blinding",
    ),
    unmasked("mask-zeros", "columns of zeros have no blindings"),
    unmasked("mask-rows", "messages are committed without blindings"),
    unmasked("mask-one-row", "all rows of a message have one blinding"),
    unmasked("mask-last-row", "the last row of a message has no blinding"),
    unmasked("mask-alpha", "the first dummy gate is not random"),
    unmasked("mask-beta", "the second dummy gate is not random"),
    unmasked("mask-u", "the third dummy gate is not random"),
    unmasked(
        "mask-gates-one",
        "one draw is the factor of the first two dummy gates",
    ),
    unmasked(
        "mask-gates-two",
        "one draw is the factor of the first and of the third dummy gate",
    ),
    unmasked("mask-commitments", "masks are committed without blindings"),
    unmasked("mask-first", "row 0 of both masks is zero"),
    unmasked("mask-last", "the last row of both masks is zero"),
    unmasked("mask-a", "the mask A is zero"),
    unmasked("mask-b", "the mask B is zero"),
    unmasked("mask-same", "both masks are one"),
    unmasked("mask-a-first", "row 0 of the mask A is zero"),
    unmasked("mask-b-first", "row 0 of the mask B is zero"),
    unmasked(
        "mask-points",
        "points of openings over pairings have no blindings",
    ),
    unmasked(
        "mask-one-point",
        "points of an opening over pairings that are made together have one blinding",
    ),
    unmasked(
        "mask-sum",
        "the constant that masks Zeromorph's sum is zero",
    ),
    unmasked("mask-left", "the points L of Hyrax have no blindings"),
    unmasked(
        "mask-cross",
        "the points L and R of a round of Hyrax have one blinding",
    ),
    unmasked(
        "mask-answer",
        "what masks the first answer of Hyrax is zero",
    ),
    unmasked(
        "mask-blinding",
        "what masks the second answer of Hyrax is zero",
    ),
    unmasked("mask-answers", "one draw masks both answers of Hyrax"),
    unmasked(
        "mask-entropy",
        "all sessions of a statement have the same draws",
    ),
    unmasked("mask-twice", "every draw is made twice"),
    unmasked(
        "mask-kept",
        "all commitments that are kept have one blinding",
    ),
];
