// Runs the verifier in WebAssembly: node run.mjs FILE.wasm. The exit code is the verifier's.
import { readFile } from "node:fs/promises";

const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), {});
const code = instance.exports.main(0, 0);
console.log(`verify-only.wasm: exit code ${code}`);
process.exitCode = code;
