// The page in headless Chromium, over the pipe of its developer tools, with no package:
// node tests/browser.mjs PAGE.html [FOLDER for pictures]. The browser is $CHROMIUM, else `chromium`.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import * as cases from "./cases.mjs";

const [page, pictures] = process.argv.slice(2);
const profile = join(cases.folder, "profile");
// A sandbox of its own needs rights that containers do not give to root.
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = spawn(
  process.env.CHROMIUM ?? "chromium",
  ["--headless", "--disable-gpu", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "--no-first-run", ...sandbox, "about:blank"],
  { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
);
const ended = new Promise((done) => browser.on("exit", done));

// Commands and events are JSON with a zero byte behind each.
const waiting = new Map();
const heard = { requests: [], exceptions: [] };
let number = 0;
let session;
let unread = Buffer.alloc(0);
browser.stdio[4].on("data", (bytes) => {
  unread = Buffer.concat([unread, bytes]);
  for (let end = unread.indexOf(0); end >= 0; end = unread.indexOf(0)) {
    const message = JSON.parse(unread.subarray(0, end).toString());
    unread = unread.subarray(end + 1);
    const { resolve, reject } = waiting.get(message.id) ?? {};
    waiting.delete(message.id);
    if (message.error) reject?.(new Error(message.error.message));
    else resolve?.(message.result);
    if (message.method === "Network.requestWillBeSent") heard.requests.push(message.params.request.url);
    if (message.method === "Runtime.exceptionThrown") heard.exceptions.push(message.params.exceptionDetails);
  }
});

function send(method, params = {}) {
  number += 1;
  const sent = JSON.stringify({ id: number, method, params, ...(session && { sessionId: session }) });
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject });
    browser.stdio[3].write(`${sent}\0`);
  });
}

async function evaluated(expression) {
  const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.text} ${exceptionDetails.exception?.description}`);
  return result.value;
}

async function until(expression) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const value = await evaluated(expression);
    if (value) return value;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`not within a minute: ${expression}; the page says: ${await result()} ${JSON.stringify(heard)}`);
}

async function choose(id, path) {
  const { root } = await send("DOM.getDocument");
  const { nodeId } = await send("DOM.querySelector", { nodeId: root.nodeId, selector: `#${id}` });
  await send("DOM.setFileInputFiles", { nodeId, files: path === undefined ? [] : [path] });
  await evaluated(`at("${id}").dispatchEvent(new Event("change", { bubbles: true }))`);
}

// Files, dropped by the mouse where an element is.
async function drop(selector, files) {
  const { x, y } = await evaluated(`(() => {
    const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  })()`);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) await send("Input.dispatchDragEvent", { type, x, y, data });
}

async function key(name, code, text) {
  const event = { key: name, code: name, windowsVirtualKeyCode: code, text };
  await send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", ...event });
  await send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
}

// What the page says.
const result = () => evaluated(`at("result").textContent`);
const more = () => evaluated(`at("more").textContent`);
async function verdict() {
  await evaluated(`at("verify").click()`);
  await until(`at("stop").disabled && at("result").querySelector(".verdict") !== null`);
  return result();
}

async function picture(name, { dark = false, width = 1000, height = 1100 } = {}) {
  const features = [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }];
  await send("Emulation.setEmulatedMedia", { features });
  await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
  assert.ok(await evaluated("document.documentElement.scrollWidth <= innerWidth"), `${name} is wider than its window`);
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  const { data } = await send("Page.captureScreenshot", { format: "png" });
  writeFileSync(join(pictures, `${name}.png`), Buffer.from(data, "base64"));
}

async function tests() {
  const { targetInfos } = await send("Target.getTargets");
  const { targetId } = targetInfos.find((target) => target.type === "page");
  session = (await send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
  for (const domain of ["Page", "Runtime", "Network", "DOM"]) await send(`${domain}.enable`);
  const copy = join(cases.folder, "a page with spaces.html");
  copyFileSync(resolve(page), copy);
  await send("Page.navigate", { url: pathToFileURL(copy).href });
  await until(`typeof limits === "object" && at("pcs").options.length > 3`);
  await picture("empty");

  const proof = cases.proven("hyrax", ["--clear"]);
  const insecure = cases.proven("pst13", ["--pcs", "pst13"]);
  assert.ok(await evaluated(`at("verify").disabled`), "nothing to verify");
  await drop('[data-file="proof"]', [proof]);
  await drop('[data-file="program"]', [cases.program]);
  await until(`!at("verify").disabled`);
  assert.match(await verdict(), /^✔ ACCEPTED/);
  const shown = await evaluated(`at("statement").textContent`);
  const told = cases.node(proof, cases.program).stdout;
  const named = (text) => cases.joined(cases.timeless(text)).replaceAll(proof, "hyrax.proof").replaceAll(cases.program, "fibonacci.elf");
  assert.equal(named(shown), named(told), "the page's statement is that of Node");
  assert.match(await more(), /Soundness: \d+\.\d bits/);
  assert.match(await more(), /The whole transcript: every check holds\./);
  assert.match(await more(), /You said nothing of what you expect/);
  await picture("accepted");
  await picture("accepted-dark", { dark: true });
  await picture("accepted-narrow", { width: 360, height: 1400 });

  // A verdict does not stay beside other files or choices.
  await choose("proof", cases.flipped(proof, -1));
  assert.doesNotMatch(await result(), /ACCEPTED/);
  assert.equal(await more(), "");
  assert.match(await verdict(), /^✘ REJECTED/);
  assert.match(await more(), /What the file claims, and nothing proves/);
  await picture("rejected");
  await picture("rejected-dark", { dark: true, width: 360, height: 1400 });

  await choose("proof", proof);
  await choose("program", cases.guest("sort"));
  assert.match(await verdict(), /^✘ REJECTED.*another program or key/);
  await choose("program", cases.program);
  await evaluated(`at("exit").value = "1"; at("form").dispatchEvent(new Event("input"))`);
  assert.match(await verdict(), /^✘ REJECTED.*ended with/);
  await evaluated(`at("exit").value = ""`);
  await choose("input", cases.inputs.wrong);
  assert.match(await verdict(), /^✘ REJECTED.*another public input/);
  await choose("input", cases.inputs.right);
  assert.match(await verdict(), /^✔ ACCEPTED/);
  await choose("input", undefined);
  for (const [wrong, cause] of [[cases.empty, /cannot be used/], [cases.cut(proof, 20), /cannot be used/], [cases.program, /program comes first/]]) {
    await choose("proof", wrong);
    assert.match(await verdict(), /^! ERROR: there is no verdict/);
    assert.match(await result(), cause);
  }
  await choose("program", proof);
  assert.match(await verdict(), /^! ERROR.*each other's place/);
  await choose("proof", cases.file("large", Buffer.alloc((1 << 20) + 1)));
  assert.match(await verdict(), /^! ERROR.*at most 1048576 are read/);

  // Both at once, beside the fields: they are told apart by their first bytes. And a setup that convinces nobody.
  await drop("h1", [cases.program, insecure]);
  await until(`at("proof-name").textContent.startsWith("pst13.proof")`);
  assert.match(await verdict(), /^✘ REJECTED.*"pst13" is not accepted/);
  await evaluated(`at("pcs").value = "pcs=pst13"`);
  assert.match(await verdict(), /^✘ REJECTED.*anybody can forge/);
  await evaluated(`at("setup").value = "setup=any"`);
  assert.match(await verdict(), /^⚠ ACCEPTED as asked for, and IT CONVINCES NOBODY.*INSECURE/);
  assert.doesNotMatch(await result(), /is proven/);
  assert.equal(await evaluated(`at("proof").files[0].name`), "pst13.proof");
  await picture("insecure");
  await picture("insecure-dark", { dark: true });

  // By keys alone: from the file's field to the button that verifies.
  await evaluated(`at("program").focus()`);
  for (let step = 0; step < 30 && (await evaluated("document.activeElement.id")) !== "verify"; step += 1) await key("Tab", 9);
  assert.equal(await evaluated("document.activeElement.id"), "verify");
  await evaluated(`at("result").replaceChildren()`);
  await key("Enter", 13, "\r");
  await until(`at("result").textContent.includes("ACCEPTED as")`);

  assert.deepEqual(heard.exceptions, []);
  const elsewhere = heard.requests.filter((url) => !/^(file|blob|data|about):/.test(url));
  assert.deepEqual(elsewhere, [], "no network");
  const { length } = readFileSync(copy);
  console.log(`the page (${length} bytes) verifies in the browser`);
}

try {
  await tests();
} finally {
  browser.kill();
  await ended;
  rmSync(cases.folder, { recursive: true, force: true });
}
