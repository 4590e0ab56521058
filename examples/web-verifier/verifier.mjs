// The verifier's WebAssembly, called: by the page's worker, and by Node. Every call has an instance of its own, so that
// nothing is left of one that ended badly.

// First bytes of an ELF file, of a proof's, and of those of commitments to a program.
const KINDS = {
  program: [0x7f, 0x45, 0x4c, 0x46],
  proof: [0x6a, 0x6f, 0x6c, 0x74, 0x6c, 0x61, 0x62, 0x00],
  commitments: [0x6a, 0x6f, 0x6c, 0x74, 0x70, 0x72, 0x6f, 0x67],
};

// What a file is by its first bytes: "program", "proof", "commitments", or undefined.
export function kindOf(bytes) {
  const starts = (kind) => KINDS[kind].every((byte, at) => bytes[at] === byte);
  return Object.keys(KINDS).find(starts);
}

// The module's answer, an object. `request` is an object or undefined, `files` are arrays of bytes: proof, program,
// input, commitments to the program.
export function call(module, request, files = []) {
  const host = { seconds: () => performance.now() / 1000 };
  const { exports } = new WebAssembly.Instance(module, { host });
  const encoded = request === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(request));
  const answer = (length) => {
    // The memory may have grown, and then a view from before is of nothing.
    const bytes = new Uint8Array(exports.memory.buffer, exports.answer_at(), length);
    return new TextDecoder().decode(bytes);
  };
  let length;
  try {
    [encoded, ...files].forEach((bytes, number) => {
      const at = exports.slot(number, bytes.length);
      new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
    });
    length = exports.answer();
  } catch (error) {
    let cause = "";
    try {
      cause = answer(exports.answer_length());
    } catch {
      // It is beyond telling.
    }
    throw new Error(`the verifier failed, and there is no verdict: ${cause || error.message}`);
  }
  return JSON.parse(answer(length));
}

// The files are of sizes that are looked at; else an error that says which is not.
export function checkSizes(limits, sizes) {
  const most = { proof: limits.max_proof_bytes };
  for (const [what, size] of Object.entries(sizes)) {
    const allowed = most[what] ?? limits.max_program_bytes;
    if (size > allowed) {
      throw new Error(`the ${what} has ${size} bytes, and at most ${allowed} are read`);
    }
  }
}

// What is said of two files that are in each other's place; undefined if they are not.
export function swapped(proof, program) {
  if (kindOf(proof) === "program" && kindOf(program) === "proof") {
    return "the files are in each other's place: the first is a program, and the second a proof";
  }
  return undefined;
}
