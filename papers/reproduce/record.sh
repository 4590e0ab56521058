#!/usr/bin/env bash
# Records the results of all manifests, or of those named, at the default size.
#
#   papers/reproduce/record.sh [NAME …]
set -euo pipefail
cd "$(dirname "$0")/../.."
cargo build --locked --release -p jolt-lab
lab="${CARGO_TARGET_DIR:-target}/release/jolt-lab"
out=papers/reproduce/results
mkdir -p "$out"
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for file in papers/reproduce/*.toml; do names+=("$(basename "$file" .toml)"); done
fi
for name in "${names[@]}"; do
    pages=()
    if [ "$name" = sweep ]; then pages=(--html "$out"); fi
    "$lab" reproduce "$name" --output "$out/$name.json" "${pages[@]}"
done
