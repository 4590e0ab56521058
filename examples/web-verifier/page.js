// The page: files and choices in, a verdict out. The work is a worker's, which is ended when it is asked to stop.

const at = (id) => document.getElementById(id);
const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const source = URL.createObjectURL(new Blob([VERIFIER], { type: "text/javascript" }));
const wasm = bytesOf(WASM);
const files = {};
// What there are files of, in the order of the module.
const FILES = ["proof", "program", "input", "commitments"];
const STOPPED = "stopped before there was a verdict";
let limits;
let worker;
// Counts changes of files and choices.
let changes = 0;

// The answer of a worker of its own.
function called(request, contents) {
  return new Promise((resolve, reject) => {
    worker = new Worker(source);
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.answer) : reject(new Error(data.error)));
    worker.onerror = (event) => reject(new Error(`the verifier cannot be started: ${event.message || "no worker"}`));
    worker.stopped = () => reject(new Error(STOPPED));
    worker.postMessage({ wasm, request, files: contents });
  }).finally(() => {
    worker?.terminate();
    worker = undefined;
  });
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Three ways to tell verdicts apart: a sign, a word and a colour.
function say(kind, word, cause) {
  const signs = { accepted: "✔", warning: "⚠", rejected: "✘", error: "!" };
  const box = element("div", `verdict ${kind}`);
  box.append(element("strong", "", `${signs[kind]} ${word}`));
  if (cause) box.append(element("span", "", cause));
  at("result").replaceChildren(box);
}

function section(title, text, open) {
  const details = element("details");
  details.open = open;
  const pre = element("pre", "long", text);
  pre.tabIndex = 0;
  details.append(element("summary", "", title), pre);
  return details;
}

function warn(parent, text) {
  const box = element("p", "warning", `⚠ ${text}`);
  box.setAttribute("role", "alert");
  parent.append(box);
}

function show(answer, request) {
  const { verdict, soundness, transcript } = answer;
  const { facts } = verdict;
  const accepted = verdict.code === 0 && facts.accepted === true;
  const more = at("more");
  more.replaceChildren();
  const insecure = facts.secure_setup === false;
  const times = accepted ? `Verified in ${facts.verify_ms.toFixed(1)} ms, the key made in ${(facts.setup_s * 1000).toFixed(1)} ms.` : "";
  if (accepted && insecure) {
    say("warning", "ACCEPTED as asked for, and IT CONVINCES NOBODY", `Setup: ${facts.setup}. Who knows its secrets can forge such a proof of anything. ${times}`);
  } else if (accepted) say("accepted", "ACCEPTED", `Every line of the statement below is proven. ${times}`);
  else if (verdict.code === 1) say("rejected", "REJECTED", verdict.cause);
  else say("error", "ERROR: there is no verdict", verdict.cause ?? "");
  if (accepted && facts.exit_code !== 0) warn(more, `The program did not succeed: it ended with ${facts.status}.`);
  const expected = request.input || request.expect_output !== undefined || request.expect_exit !== undefined;
  if (accepted && !expected) {
    more.append(element("p", "quiet", "You said nothing of what you expect of the run: compare input, output and exit code yourself."));
  }
  if (verdict.text) {
    more.append(element("h2", "", accepted && !insecure ? "Statement" : "What the file claims, and nothing proves"));
    const text = element("pre", "", verdict.text);
    text.id = "statement";
    text.tabIndex = 0;
    more.append(text);
  }
  if (soundness) {
    const bits = soundness.facts.soundness_bits;
    const shown = bits === undefined || bits === null ? "unknown" : (Math.floor(bits * 10) / 10).toFixed(1);
    const group = soundness.facts.group_bits;
    more.append(section(`Soundness: ${shown} bits of the interactive protocol; the pairing group has about ${group}`, soundness.text, false));
  }
  if (transcript) {
    const cause = transcript.cause ? `${transcript.word}: ${transcript.cause}\n` : "";
    more.append(section("Transcript: what the verifier absorbed and drew", transcript.text + cause, false));
  }
}

const lines = (id) => at(id).value.split("\n").filter((line) => line !== "");
const given = (id) => (at(id).value.trim() === "" ? undefined : at(id).value.trim());

function requested() {
  const exit = given("exit");
  if (exit !== undefined && (!/^\d+$/.test(exit) || !Number.isSafeInteger(Number(exit)))) {
    throw new Error(`exit code ${exit}: expected a number`);
  }
  const ceremony = given("ceremony");
  const chosen = ["pcs", "lookup", "memory", "setup", "mode"].map(given);
  return {
    proof: files.proof.name,
    program: files.program.name,
    require: [...chosen, ceremony && `setup=ceremony:${ceremony}`].filter((name) => name !== undefined),
    max_cycles: at("cycles").value,
    input: files.input !== undefined,
    commitments: files.commitments?.name,
    expect_output: given("output"),
    expect_exit: exit === undefined ? undefined : Number(exit),
    arguments: lines("arguments"),
    environment: lines("environment"),
    stdin: at("stdin").value,
    arg0: at("arg0").value,
    transcript: true,
    full: at("full").checked,
  };
}

async function contents(what) {
  const file = files[what];
  if (file === undefined) return new Uint8Array();
  checkSizes(limits, { [what]: file.size });
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    throw new Error(`${file.name} cannot be read: ${error.message}`);
  }
}

async function verify() {
  at("more").replaceChildren();
  at("result").replaceChildren(element("p", "", "Verifying …"));
  at("verify").disabled = true;
  at("stop").disabled = false;
  const begun = changes;
  try {
    const request = requested();
    const read = await Promise.all(FILES.map(contents));
    if (changes !== begun) throw new Error(STOPPED);
    const exchanged = swapped(read[0], read[1]);
    if (exchanged !== undefined) throw new Error(exchanged);
    const answer = await called(request, read);
    if (changes !== begun) throw new Error(STOPPED);
    show(answer, request);
  } catch (error) {
    say("error", "ERROR: there is no verdict", error.message);
  } finally {
    at("verify").disabled = !ready();
    at("stop").disabled = true;
  }
}

const ready = () => limits !== undefined && files.proof !== undefined && files.program !== undefined;

// A verdict is of the files and choices that were there: one of others is taken away.
function changed() {
  changes += 1;
  worker?.stopped();
  at("more").replaceChildren();
  at("result").replaceChildren(element("p", "quiet", "Nothing was verified yet."));
  at("verify").disabled = !ready();
}

function take(what, file) {
  if (file === undefined) delete files[what];
  else files[what] = file;
  at(`${what}-name`).textContent = file === undefined ? "No file." : `${file.name}, ${file.size.toLocaleString("en")} bytes`;
  changed();
}

// The same for a file that was dropped, which the field does not name by itself.
function put(what, file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  at(what).files = transfer.files;
  take(what, file);
}

async function dropped(list, zone) {
  const all = [...list];
  if (all.length === 1 && zone) return put(zone, all[0]);
  // Several, or beside the fields: by their first bytes.
  for (const file of all) {
    const first = new Uint8Array(await file.slice(0, 8).arrayBuffer());
    const kind = kindOf(first);
    if (kind !== undefined) put(kind, file);
    else say("error", "ERROR: there is no verdict", `${file.name} is neither a proof nor a program, nor commitments to one`);
  }
}

function choices(id, names, more = []) {
  const option = (value, text) => {
    const made = element("option", "", text);
    made.value = value;
    return made;
  };
  const of = names.map((name) => option(`${id}=${name}`, name));
  at(id).replaceChildren(option("", "the default"), ...of, ...more.map(([value, text]) => option(value, text)));
}

async function begin() {
  for (const what of FILES) {
    at(what).addEventListener("change", () => take(what, at(what).files[0]));
  }
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.querySelectorAll(".file").forEach((zone) => zone.classList.toggle("over", zone.contains(event.target)));
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.querySelectorAll(".file").forEach((zone) => zone.classList.remove("over"));
    const zone = event.target.closest?.(".file")?.dataset.file;
    dropped(event.dataTransfer.files, zone);
  });
  at("form").addEventListener("submit", (event) => {
    event.preventDefault();
    verify();
  });
  at("form").addEventListener("input", (event) => {
    if (event.target.type !== "file") changed();
  });
  at("stop").addEventListener("click", () => worker?.stopped());
  try {
    limits = await called(undefined, []);
    for (const id of ["pcs", "lookup", "memory"]) choices(id, limits[id], [[`${id}=any`, "any"]]);
    const known = limits.ceremonies.map((name) => `ceremony:${name}`);
    choices("setup", known, [["setup=any", "any, also those that anybody can forge under"]]);
    at("default").textContent = limits.default;
    changed();
  } catch (error) {
    say("error", "ERROR: this browser cannot verify", error.message);
  }
}

begin();
