//! With which processor features a function over lanes is compiled.
//!
//! `sumcheck::field::packed` compiles its algorithms from the same files for each set of instructions of
//! the processor, and for lanes that are emulated. `#[target_feature]` takes a literal, so a module cannot
//! choose it for its functions; but it can choose what an attribute of another name means. Each instance
//! imports one of these under the name `vectors`.

use proc_macro::TokenStream;

/// The function needs AVX-512 F, DQ, IFMA and VBMI2.
#[proc_macro_attribute]
pub fn avx512_ifma(_: TokenStream, function: TokenStream) -> TokenStream {
    let features = r#"#[target_feature(enable = "avx512f,avx512dq,avx512ifma,avx512vbmi2")]"#;
    let mut out: TokenStream = features.parse().expect("an attribute in Rust's syntax");
    out.extend(function);
    out
}

/// The function needs nothing.
#[proc_macro_attribute]
pub fn emulated(_: TokenStream, function: TokenStream) -> TokenStream {
    function
}

/// The function needs AVX2 and FMA.
#[proc_macro_attribute]
pub fn avx2_fma(_: TokenStream, function: TokenStream) -> TokenStream {
    let features = r#"#[target_feature(enable = "avx2,fma")]"#;
    let mut out: TokenStream = features.parse().expect("an attribute in Rust's syntax");
    out.extend(function);
    out
}
