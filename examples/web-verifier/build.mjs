// Makes the page, one file with everything in it: node build.mjs [FILE.wasm [PAGE.html]]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../target", import.meta.url));
const [
  wasm = `${target}/wasm32-unknown-unknown/release/web_verifier.wasm`,
  page = `${target}/web-verifier/verifier.html`,
] = process.argv.slice(2);

const own = (name) => readFileSync(new URL(name, import.meta.url), "utf8");
// Within a script's element nothing may look like its end.
const quoted = (text) => JSON.stringify(text).replaceAll("<", "\\u003c");
// A page from a file has scripts, and no modules; nor has its worker.
const library = own("verifier.mjs").replaceAll(/^export /gm, "");
const parts = {
  '/*SOURCE*/""': quoted(library + own("worker.js")),
  '/*WASM*/""': quoted(readFileSync(wasm).toString("base64")),
  "/*PAGE*/": library + own("page.js"),
};
let html = own("page.html");
for (const [place, part] of Object.entries(parts)) {
  if (html.split(place).length !== 2) throw new Error(`page.html has ${place} not once`);
  html = html.replace(place, () => part);
}
mkdirSync(dirname(page), { recursive: true });
writeFileSync(page, html);
console.log(`${page}: ${html.length} bytes`);
