#!/usr/bin/env bash
# Builds the suite: elf/ from src/, and broken/ in place. Needs gcc-riscv64-unknown-elf (any version from 12).
# The references of the signatures were made with Spike and are not made here.
set -euo pipefail
cd "$(dirname "$0")"

compile() { # word size, extensions, source, target
    local abi=ilp32
    if [ "$1" -eq 64 ]; then abi=lp64; fi
    riscv64-unknown-elf-gcc "-march=rv$1$2_zicsr_zifencei" -mabi=$abi -static -nostdlib -nostartfiles \
        -Wl,--no-relax -Wl,-z,max-page-size=64 -Wl,--build-id=none -Wl,--no-warn-rwx-segments -Isrc -Tsrc/link.ld "$3" -o "$4"
    riscv64-unknown-elf-strip --strip-debug "$4"
}

for bits in 32 64; do
    mkdir -p "elf/rv$bits"
    for source in src/*.S; do
        name=$(basename "$source" .S)
        # Floating point is there for 64 bits alone.
        if [ "$name$bits" = float32 ]; then continue; fi
        case $name in
            compressed) extensions=imac ;;
            float) extensions=imafd ;;
            sig-bitmanip) extensions=ima_zba_zbb_zbs ;;
            *) extensions=ima ;;
        esac
        compile $bits $extensions "$source" "elf/rv$bits/$name.elf"
    done
done
for source in broken/*.S; do
    compile 64 ima "$source" "${source%.S}.elf"
done
