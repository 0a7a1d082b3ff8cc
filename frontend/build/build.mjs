// `npm run build`: Rust → WebAssembly → JavaScript glue → bundle → pre-compressed files in dist/.
// Every step after the compiler is skipped when what goes in has not changed.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { build } from "vite";
import { alone, compileApp, compileBindgen, frontend, run } from "./toolchain.mjs";

const pkg = join(frontend, "pkg");
const dist = join(frontend, "dist");
const compressible = /\.(html|js|css|wasm|svg|json|webmanifest|txt)$/;

function timed(what, work) {
  const start = performance.now();
  const value = work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`frontend: ${what} in ${seconds} s`);
  return value;
}

function digest(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

// No wasm-opt: measured, its output is smaller on disk but larger on the wire (625 kB against 571 kB in brotli),
// and it takes longer than everything else here.
function bind(wasm) {
  const mark = join(pkg, ".source");
  const source = digest(wasm);
  if (existsSync(mark) && readFileSync(mark, "utf8") === source) return;
  mkdirSync(pkg, { recursive: true });
  const bindgen = timed("wasm-bindgen built", compileBindgen);
  timed("glue written", () => run(bindgen, [wasm, pkg]));
  writeFileSync(mark, source);
}

function* filesBelow(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

function compress() {
  let total = 0;
  for (const path of [...filesBelow(dist)].filter((file) => compressible.test(file))) {
    const bytes = readFileSync(path);
    const small = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    writeFileSync(`${path}.br`, small);
    total += small.length;
  }
  return total;
}

alone();
const wasm = timed("app compiled", compileApp);
console.log(`frontend: raw module ${(statSync(wasm).size / 1e6).toFixed(2)} MB`);
bind(wasm);
await build({ root: frontend, logLevel: "warn" });
const total = timed("dist compressed", compress);
console.log(`frontend: dist is ${(total / 1e6).toFixed(2)} MB compressed`);
