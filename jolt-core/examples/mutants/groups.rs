//! Which tests are about what: in groups, those first that fail soonest.

/// A test binary, and which of its tests; an empty list stands for all.
pub type Tests = (&'static str, &'static [&'static str]);

/// No test.
pub const NOTHING: Tests = ("", &[]);

/// How programs end, with a status cell of their own or not.
pub const STATEMENTS: Tests = (
    "soundness",
    &["statements::a_program", "statements::the_same"],
);

/// Whole proofs by naive provers.
pub const SLOW: Tests = ("soundness", &["the_slow_prover"]);

/// What relations notice.
pub const NOTICED: Tests = ("laws", &["noticed::"]);

/// Tests that reject what is false of a protocol, in groups.
pub const MACHINE: &[Tests] = &[
    ("soundness", &["preprocessed::a"]),
    ("soundness", &["challenges::", "messages_of_a_proof"]),
    ("soundness", &["forgeries::", "sealed::everything_is"]),
    ("soundness", &["sealed::", "statements::"]),
];

/// The same of lookups.
pub const LOOKUP: &[Tests] = &[
    (
        "soundness",
        &["lookup::", "lookup_lasso::", "definitions::"],
    ),
    // Machines have the same code.
    ("soundness", &["challenges::", "messages_of_a_proof"]),
    ("jolt_core", &["lookup::", "gkr::"]),
];

/// The same of reads of dense tables.
pub const DENSE: &[Tests] = &[
    ("soundness", &["dense::"]),
    ("soundness", &["challenges::", "messages_of_a_proof"]),
    ("jolt_core", &["lookup::", "gkr::"]),
];

/// The same of openings. First come lies about the scheme's own; behind the others those about last messages, which need
/// challenges that differ from opening to opening.
pub const SEALED: &[Tests] = &[
    (
        "commitments",
        &[
            "hyrax::tests::lies::a_known",
            "hyrax::tests::lies::every_fold",
        ],
    ),
    ("commitments", &["hyrax::tests::lies::last"]),
    ("commitments", &["sealed::tests::challenges::hyrax"]),
    ("commitments", &["sealed::"]),
    ("soundness", &["sealed::", "challenges::"]),
    (
        "commitments",
        &[
            "pst13::",
            "hyrax::",
            "kzg::",
            "zeromorph::",
            "mercury::",
            "hyperkzg::",
            "hiding::",
            "basefold::",
            "ligero::",
            "tests::",
            "wire::",
        ],
    ),
];

/// The same of closings and openings that hide.
pub const HIDDEN: &[Tests] = &[
    (
        "commitments",
        &[
            "where_no_weight_hears",
            "hidden::prover::lies::quotients",
            "weights_hear_the_last_item",
            "zeromorph::tests::lies::a_",
            "zeromorph::tests::lies::long",
            "zeromorph::tests::lies::two",
        ],
    ),
    ("commitments", &["cheated", "solved_for", "is_heard"]),
    ("commitments", &["sealed::hidden::"]),
    (
        "commitments",
        &["hiding::", "hyrax::", "pst13::", "zeromorph::"],
    ),
    ("soundness", &["hidden"]),
];

/// The same of openings by one scheme, which is sealed like any other. First come lies of which each is about one thing.
/// That everything is absorbed is said by a test in `binding`, which tells no lie.
pub const BASEFOLD: &[Tests] = &[
    (
        "commitments",
        &[
            "basefold::tests::checks::",
            "basefold::tests::lies::a_known",
            "basefold::tests::lies::every",
            "basefold::tests::lies::positions",
        ],
    ),
    ("commitments", &["basefold::tests::"]),
    (
        "commitments",
        &[
            "challenges::basefold::",
            "forgeries::basefold::",
            "tampering::basefold::",
            "together::basefold::",
        ],
    ),
];

/// The same of another.
pub const LIGERO: &[Tests] = &[
    (
        "commitments",
        &[
            "ligero::tests::leaves",
            "ligero::tests::lies::a_known",
            "ligero::tests::lies::positions",
            "ligero::tests::lines_are_near",
            "ligero::tests::rows",
            "ligero::tests::the_row",
        ],
    ),
    ("commitments", &["ligero::tests::"]),
    (
        "commitments",
        &[
            "challenges::ligero::",
            "forgeries::ligero::",
            "tampering::ligero::",
            "together::ligero::",
        ],
    ),
];

/// The same of another.
pub const PST13: &[Tests] = &[
    ("commitments", &["pst13::lies::"]),
    (
        "commitments",
        &[
            "challenges::pst13::",
            "forgeries::pst13::",
            "tampering::pst13::",
            "together::pst13::",
        ],
    ),
];

/// The same of another.
pub const ZEROMORPH: &[Tests] = &[
    (
        "commitments",
        &[
            "zeromorph::tests::lies::a_",
            "zeromorph::tests::lies::long",
            "zeromorph::tests::lies::two",
        ],
    ),
    (
        "commitments",
        &[
            "zeromorph::tests::lies::sums",
            "zeromorph::tests::lies::witnesses",
        ],
    ),
    ("commitments", &["zeromorph::tests::"]),
    (
        "commitments",
        &[
            "challenges::zeromorph::",
            "forgeries::zeromorph::",
            "tampering::zeromorph::",
            "together::zeromorph::",
        ],
    ),
];

/// The same of another.
pub const MERCURY: &[Tests] = &[
    ("commitments", &["mercury::tests::lies::every"]),
    ("commitments", &["mercury::tests::lies::witnesses"]),
    ("commitments", &["mercury::tests::"]),
    (
        "commitments",
        &[
            "challenges::mercury::",
            "forgeries::mercury::",
            "tampering::mercury::",
            "together::mercury::",
        ],
    ),
];

/// The same of another.
pub const HYPERKZG: &[Tests] = &[
    ("commitments", &["hyperkzg::tests::lies::"]),
    ("commitments", &["hyperkzg::tests::"]),
    (
        "commitments",
        &[
            "challenges::hyperkzg::",
            "forgeries::hyperkzg::",
            "tampering::hyperkzg::",
            "together::hyperkzg::",
        ],
    ),
];
