#!/bin/sh
# Builds every guest into elf/ and records compilers and digests in BUILD.toml.
#
#   ./build.sh            all guests
#   ./build.sh sort …     only these Rust guests (BUILD.toml is rewritten all the same)
#
# The target has no C extension, and its core library is compiled here: the compiler needs its own sources
# (`rustup component add rust-src`; Debian: rust-web-src). `RUSTC` chooses a compiler. C guests need
# gcc-riscv64-unknown-elf and picolibc-riscv64-unknown-elf; without them their ELFs are left as they are.
set -eu
cd "$(dirname "$0")"
here=$(pwd)
target64=riscv64im-unknown-none-elf
target32=riscv32im-unknown-none-elf

has_sources() { [ -f "$("$1" --print sysroot 2>/dev/null)/lib/rustlib/src/rust/library/Cargo.lock" ]; }
rustc=
for candidate in ${RUSTC:-rustc /usr/bin/rustc}; do
    if has_sources "$candidate"; then rustc=$candidate && break; fi
done
if [ -z "$rustc" ]; then
    echo "no compiler with its library sources: run 'rustup component add rust-src'" >&2
    exit 1
fi
sysroot=$("$rustc" --print sysroot)
cargo_home=${CARGO_HOME:-$HOME/.cargo}

# Debian's compiler comes without rust-lld: take it from any compiler that has one.
linker=
for root in "$sysroot" "$(rustc --print sysroot)"; do
    for found in "$root"/lib/rustlib/*/bin/rust-lld; do
        if [ -z "$linker" ] && [ -x "$found" ]; then linker=$found; fi
    done
done
linker=${linker:-$(command -v ld.lld)}

# One package at a time: cargo unites the features of packages built together.
build_rust() { # target, package, output
    target=$1
    separator=$(printf '\037')
    flags="-Clinker=$linker"
    for flag in -Clinker-flavor=ld.lld -Clink-arg=-Tjolt.ld -Clink-arg=--build-id=none -Cstrip=debuginfo \
        "--remap-path-prefix=$here=guests" "--remap-path-prefix=$cargo_home=cargo" \
        "--remap-path-prefix=$sysroot/lib/rustlib/src/rust=rust" "--remap-path-prefix=/usr/src=rust"; do
        flags="$flags$separator$flag"
    done
    RUSTC=$rustc RUSTC_BOOTSTRAP=1 CARGO_ENCODED_RUSTFLAGS=$flags cargo build --release --locked --target "$target" \
        -Zbuild-std=core,alloc -Zbuild-std-features=compiler-builtins-mem -p "$2"
    cp "target/$target/release/$2" "$3"
}

build_c() { # output, then sources
    output=$1
    shift
    # Objects with names of their own: the linker records them in the symbol table.
    objects=
    for source in "$@"; do
        object=target/c/$(basename "$source").o
        riscv64-unknown-elf-gcc -march=rv64im -mabi=lp64 -mcmodel=medany -O2 -ffreestanding -ffunction-sections \
            -fdata-sections -Wall -Wextra -Werror "-ffile-prefix-map=$here=guests" \
            -isystem /usr/lib/picolibc/riscv64-unknown-elf/include -Ic -c -o "$object" "$source"
        objects="$objects $object"
    done
    # shellcheck disable=SC2086
    riscv64-unknown-elf-gcc -march=rv64im -mabi=lp64 -nostartfiles -nostdlib \
        -L/usr/lib/picolibc/riscv64-unknown-elf/lib/rv64im/lp64 -Tguest/jolt.ld -Wl,--gc-sections -Wl,--build-id=none \
        -Wl,-z,noexecstack -Wl,--strip-debug -o "$output" $objects -lc -lgcc
}

mkdir -p elf target/c
for guest in ${*:-fibonacci sha256-chain keccak-chain sort bytes private-sum panic}; do
    build_rust $target64 "$guest" "elf/$guest.elf"
done
if [ $# -eq 0 ]; then
    for guest in fibonacci sort; do build_rust $target32 "$guest" "elf/$guest-rv32.elf"; done
fi
c_compiler="none"
if command -v riscv64-unknown-elf-gcc >/dev/null; then
    c_compiler=$(riscv64-unknown-elf-gcc --version | head -n 1)
    build_c elf/c-mix.elf c/start.S c/mix.c
    build_c elf/htif.elf htif/htif.S
fi

{
    echo "# Written by build.sh."
    echo "rustc = \"$("$rustc" --version)\""
    echo "gcc = \"$c_compiler\""
    echo
    echo "[sha256]"
    for elf in elf/*.elf; do
        echo "$(basename "$elf" .elf) = \"$(sha256sum "$elf" | cut -d ' ' -f 1)\""
    done
} >BUILD.toml
