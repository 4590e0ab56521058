//! Emulated instructions against those of the processor, where it has them.

use super::super::emulated::arch as emulated;
use super::super::select::Way;
use super::*;

/// Words of ones and zeros, halves of them, and random ones.
fn word(rng: &mut StdRng) -> u64 {
    match rng.gen_range(0..8) {
        0 => 0,
        1 => u64::MAX,
        2 => (1 << 52) - 1,
        3 => 1 << rng.gen_range(0..64),
        4 => !(1 << rng.gen_range(0..64)),
        5 => rng.gen_range(0..16),
        _ => rng.r#gen(),
    }
}

fn vector(rng: &mut StdRng) -> [u64; 8] {
    std::array::from_fn(|_| word(rng))
}

/// What each instruction that the algorithms use makes of three vectors, in its instance.
macro_rules! every_instruction {
    ($arch:ident, [$x:expr, $y:expr, $z:expr]) => {{
        use $arch::*;
        let (a, b, c) = (load_u64s(&$x), load_u64s(&$y), load_u64s(&$z));
        let element = |w: &[u64; 8]| Fr::new_unchecked(BigInt([w[0], w[1], w[2], w[3]]));
        let [e, f] = [element(&$x), element(&$y)];
        let half = load_one(&e);
        let mut vectors = vec![
            ("setzero", _mm512_setzero_si512()),
            ("set1", _mm512_set1_epi64($x[0] as i64)),
            ("setr", _mm512_setr_epi64(1, 2, 3, 4, 5, 6, 7, $x[0] as i64)),
            ("add", _mm512_add_epi64(a, b)),
            ("sub", _mm512_sub_epi64(a, b)),
            ("and", _mm512_and_si512(a, b)),
            ("or", _mm512_or_si512(a, b)),
            ("xor", _mm512_xor_si512(a, b)),
            ("slli 2", _mm512_slli_epi64::<2>(a)),
            ("slli 52", _mm512_slli_epi64::<52>(a)),
            ("srli 12", _mm512_srli_epi64::<12>(a)),
            ("srli 52", _mm512_srli_epi64::<52>(a)),
            ("srai 40", _mm512_srai_epi64::<40>(a)),
            ("srai 52", _mm512_srai_epi64::<52>(a)),
            ("shrdi 24", _mm512_shrdi_epi64::<24>(a, b)),
            ("shrdi 52", _mm512_shrdi_epi64::<52>(a, b)),
            ("permutexvar", _mm512_permutexvar_epi64(a, b)),
            ("permutex2var", _mm512_permutex2var_epi64(a, b, c)),
            ("shuffle low", _mm512_shuffle_i64x2::<0b01_00_01_00>(a, b)),
            ("shuffle high", _mm512_shuffle_i64x2::<0b11_10_11_10>(a, b)),
            ("shuffle", _mm512_shuffle_i64x2::<0b01_11_00_10>(a, b)),
            ("unpacklo", _mm512_unpacklo_epi64(a, b)),
            ("unpackhi", _mm512_unpackhi_epi64(a, b)),
            (
                "cvtepu8",
                _mm512_cvtepu8_epi64(_mm_cvtsi64_si128($x[0] as i64)),
            ),
            ("cvtepu32", _mm512_cvtepu32_epi64(half)),
            ("inserti64x4 0", _mm512_inserti64x4::<0>(a, half)),
            ("inserti64x4 1", _mm512_inserti64x4::<1>(a, half)),
            (
                "castsi256",
                _mm512_inserti64x4::<1>(_mm512_castsi256_si512(half), half),
            ),
            ("load_two", load_two(&[e, f])),
            ("load_point", {
                let [x, y] = [e, f].map(|e| Fq::new_unchecked(e.0));
                load_point(&G1Affine::new_unchecked(x, y))
            }),
        ];
        let mut two = [e; 2];
        store_two(&mut two, b);
        vectors.push(("store_two", load_two(&two)));
        let mut point = G1Affine::default();
        store_point(&mut point, c);
        vectors.push(("store_point", load_point(&point)));
        let mut out: Vec<(&str, [u64; 8])> = Vec::new();
        for (name, vector) in vectors {
            let mut words = [0; 8];
            store_u64s(&mut words, vector);
            out.push((name, words));
        }
        let mask = _mm512_testn_epi64_mask(a, b);
        out.push(("testn", [u64::from(mask); 8]));
        out
    }};
}

/// What more there is in instances with AVX-512.
macro_rules! kernel_instructions {
    ($arch:ident, [$x:expr, $y:expr, $z:expr]) => {{
        use $arch::*;
        let (a, b, c) = (load_u64s(&$x), load_u64s(&$y), load_u64s(&$z));
        let mask = _mm512_movepi64_mask(a);
        let vectors = [
            ("madd52lo", _mm512_madd52lo_epu64(a, b, c)),
            ("madd52hi", _mm512_madd52hi_epu64(a, b, c)),
            ("mask_mov", _mm512_mask_mov_epi64(a, mask, b)),
        ];
        let mut out: Vec<(&str, [u64; 8])> = Vec::new();
        for (name, vector) in vectors {
            let mut words = [0; 8];
            store_u64s(&mut words, vector);
            out.push((name, words));
        }
        out.push(("movepi64_mask", [u64::from(mask); 8]));
        out
    }};
}

type Results = Vec<(&'static str, [u64; 8])>;

/// Those that all instances have.
fn by_emulation(vectors: &[[u64; 8]; 3]) -> Results {
    every_instruction!(emulated, [vectors[0], vectors[1], vectors[2]])
}

fn all_by_emulation(vectors: &[[u64; 8]; 3]) -> Results {
    let mut out = by_emulation(vectors);
    out.extend(kernel_instructions!(
        emulated,
        [vectors[0], vectors[1], vectors[2]]
    ));
    out
}

#[cfg(target_arch = "x86_64")]
mod processor {
    use super::super::super::{fma, ifma};
    use super::*;
    use lane_features::{avx2_fma, avx512_ifma};

    #[avx512_ifma]
    fn multiplied(vectors: &[[u64; 8]; 3]) -> Results {
        use ifma::arch;
        let mut out = every_instruction!(arch, [vectors[0], vectors[1], vectors[2]]);
        out.extend(kernel_instructions!(
            arch,
            [vectors[0], vectors[1], vectors[2]]
        ));
        out
    }

    #[avx2_fma]
    fn fused(vectors: &[[u64; 8]; 3]) -> Results {
        use fma::arch;
        every_instruction!(arch, [vectors[0], vectors[1], vectors[2]])
    }

    fn by_ifma(_: ifma::Token, vectors: &[[u64; 8]; 3]) -> Results {
        // SAFETY: the token proves that the processor has the features.
        unsafe { multiplied(vectors) }
    }

    fn by_fma(_: fma::Token, vectors: &[[u64; 8]; 3]) -> Results {
        // SAFETY: the token proves that the processor has the features.
        unsafe { fused(vectors) }
    }

    proptest! {
        #[test]
        fn emulated_instructions_are_the_processors(seed: u64) {
            let rng = &mut StdRng::seed_from_u64(seed);
            let vectors = std::array::from_fn(|_| vector(rng));
            // Says what is missing, and obeys what switches lanes off.
            for backend in compared() {
                match backend.0 {
                    Way::Multiplied(token) => {
                        prop_assert_eq!(all_by_emulation(&vectors), by_ifma(token, &vectors));
                        prop_assert_eq!(digests(&by_ifma(token, &INPUT)), RECORDED);
                    }
                    Way::Fused(token) => {
                        prop_assert_eq!(by_emulation(&vectors), by_fma(token, &vectors));
                    }
                    Way::Emulated(_) | Way::Portable => {}
                }
            }
        }
    }
}

/// A number that depends on every bit of a vector.
fn digest(words: &[u64; 8]) -> u64 {
    words.iter().fold(1, |digest: u64, word| {
        let mixed = (digest ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ mixed >> 29
    })
}

fn digests(results: &[(&'static str, [u64; 8])]) -> Vec<(&'static str, u64)> {
    let digest = |(name, words): &(_, _)| (*name, digest(words));
    results.iter().map(digest).collect()
}

/// Every instruction on one input, with digests of what a processor made of it: where there is no such
/// processor, the emulation is held to these.
#[test]
fn emulated_instructions_do_what_a_processor_did() {
    assert_eq!(digests(&all_by_emulation(&INPUT)), RECORDED);
}

const INPUT: [[u64; 8]; 3] = [
    [
        0x0123_4567_89ab_cdef,
        u64::MAX,
        0,
        1 << 63,
        (1 << 52) - 1,
        0xfedc_ba98_7654_3210,
        5,
        0x8000_0000_0000_0001,
    ],
    [
        9,
        (1 << 52) - 1,
        u64::MAX,
        6,
        0x0f0f_0f0f_0f0f_0f0f,
        13,
        0x1234_5678_9abc_def0,
        2,
    ],
    [
        0xdead_beef_0bad_cafe,
        u64::MAX,
        1 << 51,
        3,
        (1 << 52) - 1,
        0x7777_7777_7777_7777,
        1,
        0x000f_edcb_a987_6543,
    ],
];

const RECORDED: [(&str, u64); 37] = [
    ("setzero", 0xb59b_3ca9_2fb1_2258),
    ("set1", 0xbad9_fe88_55be_95f1),
    ("setr", 0x4baa_345d_9d12_307f),
    ("add", 0xe0e5_4608_bed2_7689),
    ("sub", 0x2bcc_2ea4_004a_a560),
    ("and", 0xa286_c9a5_ab6a_cce9),
    ("or", 0xcb5b_ac4b_4853_b0c3),
    ("xor", 0xde5a_037d_3e8e_0e01),
    ("slli 2", 0x8c87_64de_2e16_054f),
    ("slli 52", 0xcff7_c78f_b959_6a4f),
    ("srli 12", 0xbfa1_3f74_14b5_c074),
    ("srli 52", 0x726f_277b_35b0_4ccc),
    ("srai 40", 0x685e_e9d4_803d_fde9),
    ("srai 52", 0x7253_5855_db65_ee95),
    ("shrdi 24", 0xc4a8_de27_032e_6f8e),
    ("shrdi 52", 0x638c_b982_5198_0d5c),
    ("permutexvar", 0x5772_ff40_50e3_a7b7),
    ("permutex2var", 0x9508_f7c1_a2db_3641),
    ("shuffle low", 0x5773_5eea_002b_fd2a),
    ("shuffle high", 0x488d_3db9_bea4_a0aa),
    ("shuffle", 0x5f10_983e_3453_3399),
    ("unpacklo", 0x5a98_44b2_654b_973a),
    ("unpackhi", 0x362b_cddd_9173_47b9),
    ("cvtepu8", 0xc467_504a_212a_a195),
    ("cvtepu32", 0x44c9_18bb_0641_d171),
    ("inserti64x4 0", 0x543d_4a23_bbb5_70d4),
    ("inserti64x4 1", 0x0e6f_5b1e_9247_3dd1),
    ("castsi256", 0x0e6f_5b1e_9247_3dd1),
    ("load_two", 0x5773_5eea_002b_fd2a),
    ("load_point", 0x5773_5eea_002b_fd2a),
    ("store_two", 0xd801_427d_40e1_dd03),
    ("store_point", 0xc670_9378_884c_562c),
    ("testn", 0xda94_eab6_8486_84e0),
    ("madd52lo", 0x93f0_5fa2_80ec_f38d),
    ("madd52hi", 0x6868_5198_14aa_3909),
    ("mask_mov", 0x84aa_528c_0aa1_02a6),
    ("movepi64_mask", 0x474b_0dde_ed82_30ec),
];
