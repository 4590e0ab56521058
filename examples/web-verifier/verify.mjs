// `jolt-lab verify` in Node, by the WebAssembly of the page. See `usage` below. Exit codes are those of `jolt-lab verify`:
// 0 accepted, 1 rejected, 2 usage, unreadable files and everything else.
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { call, checkSizes, swapped } from "./verifier.mjs";

const usage = `usage: node verify.mjs [OPTIONS] PROOF PROGRAM

  PROOF                   a file that \`jolt-lab prove\` wrote
  PROGRAM                 the ELF file that it is a proof of
  --require WHAT=NAME     accept this in place of the default, as \`jolt-lab verify\`; may be given several times
  --max-cycles N          reject proofs of runs that may be longer
  --input FILE            the public input that is expected
  --commitments FILE      commitments to the program, for proofs made with --commit-program
  --expect-output HEX     the public output that is expected
  --expect-exit CODE      the exit code that is expected
  --arg0 NAME, --arg TEXT, --env NAME=VALUE, --stdin public|private
                          what a Linux program was started with
  --transcript, --full    show the transcript, too; with whole values
  --soundness             show the error bound, too
  --json                  print everything as JSON
  --wasm FILE             the verifier [default: where cargo builds it]`;

const text = { type: "string" };
const several = { type: "string", multiple: true, default: [] };
const flag = { type: "boolean", default: false };
const options = {
  require: several,
  "max-cycles": text,
  input: text,
  commitments: text,
  "expect-output": text,
  "expect-exit": text,
  arg0: text,
  arg: several,
  env: several,
  stdin: text,
  transcript: flag,
  full: flag,
  soundness: flag,
  json: flag,
  wasm: text,
  help: flag,
};

function wasmFile(given) {
  const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
  const built = ["release", "debug"].map((profile) => `${target}/wasm32-unknown-unknown/${profile}/web_verifier.wasm`);
  const found = given ?? built.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error(
      "the verifier is not built: cargo build --release -p web-verifier --target wasm32-unknown-unknown",
    );
  }
  return found;
}

// Contents of a file that is no larger than what is read.
function read(limits, what, path) {
  const cannot = (error) => new Error(`cannot read ${path}: ${error.message}`);
  try {
    checkSizes(limits, { [what]: statSync(path).size });
    return readFileSync(path);
  } catch (error) {
    throw error.code === undefined ? new Error(`${path}: ${error.message}`) : cannot(error);
  }
}

function exitCode(given) {
  if (given === undefined) return undefined;
  if (!/^\d+$/.test(given) || !Number.isSafeInteger(Number(given))) {
    throw new Error(`--expect-exit ${given}: expected a number`);
  }
  return Number(given);
}

function main() {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (positionals.length !== 2) throw new Error(`two files are expected, a proof and a program\n${usage}`);
  const module = new WebAssembly.Module(readFileSync(wasmFile(values.wasm)));
  const limits = call(module);
  const [proof, program] = [["proof", positionals[0]], ["program", positionals[1]]].map((file) => read(limits, ...file));
  const [input, commitments] = ["input", "commitments"].map((what) =>
    values[what] === undefined ? undefined : read(limits, what, values[what]),
  );
  const exchanged = swapped(proof, program);
  if (exchanged !== undefined) throw new Error(exchanged);
  const answer = call(
    module,
    {
      proof: positionals[0],
      program: positionals[1],
      require: values.require.flatMap((names) => names.split(",")),
      max_cycles: values["max-cycles"] ?? "",
      input: input !== undefined,
      commitments: values.commitments,
      expect_output: values["expect-output"],
      expect_exit: exitCode(values["expect-exit"]),
      arguments: values.arg,
      environment: values.env,
      stdin: values.stdin ?? "",
      arg0: values.arg0 ?? "",
      transcript: values.transcript,
      full: values.full,
    },
    [proof, program, input ?? new Uint8Array(), commitments ?? new Uint8Array()],
  );
  const { verdict } = answer;
  const shown = [verdict, values.soundness && answer.soundness, values.transcript && answer.transcript];
  if (values.json) console.log(JSON.stringify(answer, undefined, 2));
  else process.stdout.write(shown.map((part) => (part ? part.text : "")).join(""));
  if (verdict.code !== 0) console.error(`${verdict.word}: ${verdict.cause}`);
  return verdict.code;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exitCode = 2;
}
