// What the tests in Node and in the browser have in common: files to verify, and what `jolt-lab verify` says of them.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const wasm = process.env.WEB_VERIFIER ?? join(target, "wasm32-unknown-unknown/debug/web_verifier.wasm");
const lab = process.env.JOLT_LAB ?? join(target, "release/jolt-lab");
export const folder = mkdtempSync(join(tmpdir(), "web-verifier-"));

// A file of this name in the tests' folder.
export function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

export const guest = (name) => join(root, "examples/guests/elf", `${name}.elf`);
export const program = guest("fibonacci");
const input = Buffer.from([5, 0, 0, 0, 0, 0, 0, 0]);

// The same bytes with one of them changed; from the end, if the place is negative.
export function flipped(path, place) {
  const bytes = Buffer.from(readFileSync(path));
  bytes[place < 0 ? bytes.length + place : place] ^= 1;
  return file(`flipped${place}.proof`, bytes);
}

export function cut(path, length) {
  const bytes = readFileSync(path);
  return file(`cut${length}`, bytes.subarray(0, length < 0 ? bytes.length + length : length));
}

// Proofs as the command makes them.
export function proven(name, options) {
  const path = join(folder, `${name}.proof`);
  const { code, stderr } = ran(lab, ["prove", program, "--input", inputs.right, "-o", path, "--json", ...options]);
  if (code !== 0) throw new Error(`jolt-lab prove: ${stderr}`);
  return path;
}

// Commitments to the program, for proofs of as many cycles as this one's, under the ceremony.
export function committed(name, of, cycles) {
  const path = join(folder, `${name}.commitments`);
  const options = ["--pcs", "zeromorph", "--srs", ceremony, "--clear", "--cycles", cycles];
  const { code, stderr } = ran(lab, ["setup", "program", of, "-o", path, ...options]);
  if (code !== 0) throw new Error(`jolt-lab setup program: ${stderr}`);
  return path;
}

export const ceremony = join(root, "commitments/tests/data/powersOfTau28_hez_final_08.ptau");
export const inputs = { right: file("input", input), wrong: file("wrong", Buffer.from([6, 0, 0, 0, 0, 0, 0, 0])) };
export const empty = file("empty", "");

// Runs a program; its exit code and what it prints.
function ran(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  if (error) throw error;
  return { code: status, stdout, stderr };
}

// `jolt-lab verify`, whose verdicts are those that are right.
export const reference = (proof, program, options = []) => ran(lab, ["verify", program, proof, ...options]);

const script = fileURLToPath(new URL("../verify.mjs", import.meta.url));
export const node = (proof, program, options = []) =>
  ran(process.execPath, [script, "--wasm", wasm, ...options, proof, program]);

// Times are not compared; everything else is.
export const timeless = (text) => text.replaceAll(/ACCEPTED in [\d.]+ m?s/g, "ACCEPTED in TIME");

// Spaces and line ends, which differ where a terminal's lines end, as single spaces.
export const joined = (text) => text.replaceAll(/\s+/g, " ").trim();
