// Verdicts in WebAssembly are those of `jolt-lab verify`: node --test tests/node.mjs
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { after, test } from "node:test";
import { call, swapped } from "../verifier.mjs";
import * as cases from "./cases.mjs";

const { program, inputs, ceremony } = cases;
const hyrax = cases.proven("hyrax", ["--clear"]);
const hidden = cases.proven("hidden", []);
const zeromorph = cases.proven("zeromorph", ["--pcs", "zeromorph", "--srs", ceremony, "--clear"]);
const hiddenCeremony = cases.proven("hidden-zeromorph", ["--pcs", "zeromorph", "--srs", ceremony]);
const commits = cases.proven("commits", ["--pcs", "zeromorph", "--srs", ceremony, "--clear", "--commit-program"]);
const commitments = cases.committed("right", program, "2^7");
const others = cases.committed("others", cases.guest("fibonacci-rv32"), "2^7");
const insecure = cases.proven("pst13", ["--pcs", "pst13"]);
const size = readFileSync(hyrax).length;

after(() => rmSync(cases.folder, { recursive: true, force: true }));

// Names, exit codes, and the files and options.
const VERDICTS = [
  ["a good proof", 0, hyrax, program],
  ["of the run that is expected", 0, hyrax, program, ["--input", inputs.right, "--expect-exit", "0"]],
  ["one that tells nothing", 0, hidden, program, ["--require", "mode=zero-knowledge"]],
  ["under a ceremony", 0, zeromorph, program, ["--require", "pcs=zeromorph"]],
  ["under this ceremony", 0, hiddenCeremony, program, ["--require", "pcs=zeromorph,setup=ceremony:hez_final"]],
  ["under secrets that are public, accepted by request", 0, insecure, program, ["--require", "pcs=pst13,setup=any"]],
  ["for a key that commits to the program", 0, commits, program, ["--require", "pcs=zeromorph", "--commitments", commitments]],
  ["by commitments to another program", 1, commits, program, ["--require", "pcs=zeromorph", "--commitments", others]],
  ["by a proof in the place of commitments", 2, commits, program, ["--require", "pcs=zeromorph", "--commitments", hyrax]],
  ["for such a key, without commitments", 1, commits, program, ["--require", "pcs=zeromorph"]],
  ["under secrets that are public", 1, insecure, program, ["--require", "pcs=pst13"]],
  ["by a scheme that is not accepted", 1, zeromorph, program],
  ["in the clear, where it must not be", 1, hyrax, program, ["--require", "mode=zero-knowledge"]],
  ["of another setup", 1, hyrax, program, ["--require", "setup=ceremony:hez_final"]],
  ["of a longer run", 1, hyrax, program, ["--max-cycles", "2^6"]],
  ["of another input", 1, hyrax, program, ["--input", inputs.wrong]],
  ["of another exit code", 1, hyrax, program, ["--expect-exit", "1"]],
  ["of another output", 1, hyrax, program, ["--expect-output", "00"]],
  ["of another output, of which nothing is left", 1, hyrax, program, ["--expect-output", ""]],
  ["of another program", 1, hyrax, cases.guest("sort")],
  ["no output, but something else", 2, hyrax, program, ["--expect-output", "0x0"]],
  ["no setup of that name", 2, hyrax, program, ["--require", "setup=trusted"]],
  ["no requirement", 2, hyrax, program, ["--require", "lookups=shout"]],
  ["a flipped byte of the name of the format", 2, cases.flipped(hyrax, 0), program],
  ["a flipped byte of the key", 1, cases.flipped(hyrax, 12), program],
  ["a flipped byte in the middle", 1, cases.flipped(hyrax, size >> 1), program],
  ["a flipped byte at the end", 1, cases.flipped(hyrax, -1), program],
  ["a proof cut by a byte", 1, cases.cut(hyrax, -1), program],
  ["a proof cut in its header", 2, cases.cut(hyrax, 20), program],
  ["a proof with a byte more", 1, cases.file("long", Buffer.concat([readFileSync(hyrax), Buffer.from([0])])), program],
  ["an empty proof", 2, cases.empty, program],
  ["an empty program", 2, hyrax, cases.empty],
  ["a program cut in its header", 2, hyrax, cases.cut(program, 40)],
  ["a program cut in its code", 2, hyrax, cases.cut(program, 5000)],
  ["a program in the place of the proof", 2, program, program],
  ["a proof in the place of the program", 2, hyrax, hyrax],
  ["options of Linux programs for another", 2, hyrax, program, ["--stdin", "private"]],
];

for (const [name, code, proof, against, options = []] of VERDICTS) {
  test(name, () => {
    const expected = cases.reference(proof, against, options);
    const found = cases.node(proof, against, options);
    assert.equal(expected.code, code, `jolt-lab verify: ${expected.stderr}`);
    assert.equal(found.code, code, found.stderr);
    assert.equal(cases.timeless(found.stdout), cases.timeless(expected.stdout));
    // Errors of what the command line of either is, are in words of their own.
    if (code === 1) assert.equal(cases.joined(found.stderr), cases.joined(expected.stderr));
    if (code === 2) assert.match(found.stderr, /^error: .{20}/);
    assert.equal(found.stdout.includes("ACCEPTED"), code === 0);
  });
}

test("files in each other's place, missing files, too large ones, wrong usage", () => {
  const exchanged = cases.node(program, hyrax);
  assert.equal(exchanged.code, 2);
  assert.match(exchanged.stderr, /each other's place/);
  const missing = cases.node(cases.folder + "/missing", program);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /cannot read .*missing/);
  const large = cases.node(cases.file("large", Buffer.alloc((1 << 20) + 1)), program);
  assert.equal(large.code, 2);
  assert.match(large.stderr, /at most 1048576 are read/);
  assert.equal(cases.node("", "", ["--nothing"]).code, 2);
  assert.equal(swapped(readFileSync(hyrax), readFileSync(program)), undefined);
});

test("a transcript is that of the command", () => {
  const shown = cases.node(hyrax, program, ["--transcript", "--soundness"]);
  assert.match(shown.stdout, /transcript of a proof of/);
  assert.match(shown.stdout, /The whole transcript: every check holds\./);
  assert.match(shown.stdout, /And what it rests on beside/);
  // Every check holds of a proof that anybody can forge, and nothing calls it accepted.
  const forgeable = cases.node(insecure, program, ["--require", "pcs=pst13", "--transcript"]);
  assert.equal(forgeable.code, 1);
  assert.match(forgeable.stdout, /every check holds/);
  assert.doesNotMatch(forgeable.stdout, /ACCEPTED/);
  const flipped = cases.node(cases.flipped(hyrax, size >> 1), program, ["--transcript", "--json"]);
  const { verdict, transcript, soundness } = JSON.parse(flipped.stdout);
  assert.deepEqual([verdict.code, verdict.facts.accepted, transcript.code], [1, false, 1]);
  assert.match(transcript.cause, /in phase/);
  assert.equal(soundness, undefined, "there is nothing to say of the soundness of what does not hold");
});

// Every byte of header and statement, and places in the rest: never an answer but a refusal, and never a trap.
test("changed bytes", () => {
  const module = new WebAssembly.Module(readFileSync(cases.wasm));
  const good = readFileSync(hyrax);
  const elf = readFileSync(program);
  const asked = (proof) => call(module, { proof: "p", program: "e" }, [proof, elf, new Uint8Array()]).verdict;
  assert.equal(asked(good).code, 0);
  const places = [...Array(160).keys(), ...Array.from({ length: 40 }, (_, at) => 160 + Math.floor((at * (size - 160)) / 40))];
  for (const place of places) {
    const bytes = Buffer.from(good);
    bytes[place] ^= 0x10;
    const verdict = asked(bytes);
    assert.notEqual(verdict.code, 0, `byte ${place}`);
    assert.notEqual(verdict.facts?.accepted, true, `byte ${place}`);
    assert.ok(verdict.cause, `byte ${place}`);
  }
});

test("a trap is an error that says so, and the next call is of a fresh instance", () => {
  const module = new WebAssembly.Module(readFileSync(cases.wasm));
  // More than there is memory for.
  const huge = { length: 2 ** 32 - 1 };
  assert.throws(() => call(module, { proof: "p", program: "e" }, [huge]), /the verifier failed, and there is no verdict: .+/);
  assert.ok(call(module).pcs.includes("hyrax"));
});

test("a request that is none", () => {
  const module = new WebAssembly.Module(readFileSync(cases.wasm));
  for (const request of [{}, [], { proof: "p", program: "e", accept: "all" }]) {
    const { verdict } = call(module, request, [new Uint8Array(), new Uint8Array(), new Uint8Array()]);
    assert.equal(verdict.code, 2);
    assert.match(verdict.cause, /request cannot be read/);
  }
});
