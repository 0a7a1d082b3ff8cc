// Which compilers build the app. A rustup toolchain with the wasm32 target is used where there is one;
// else Debian's rustc-web, which brings the standard library as source. Nothing is ever downloaded here.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const frontend = realpathSync(dirname(dirname(fileURLToPath(import.meta.url))));
const sources = ["src", "bindgen", "locales", "Cargo.toml", "Cargo.lock", "../openapi", "../Cargo.toml"].map((path) => join(frontend, path));
const target = "wasm32-unknown-unknown";

export const targetDir =
  process.env.FUPIN_WASM_TARGET ?? join(process.env.FUPIN_CACHE ?? join(homedir(), ".cache", "fupin"), "wasm");

const debianFlags = ["-Z", "build-std=std,panic_abort"];
const debianEnv = {
  RUSTC_BOOTSTRAP: "1",
  RUSTC: "/usr/bin/rustc",
  CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: "wasm-ld",
};

function output(command, args) {
  const run = spawnSync(command, args, { encoding: "utf8" });
  return run.status === 0 ? run.stdout.trim() : undefined;
}

/** Runs a command in the front end's folder with its output shown; throws when it fails. */
export function run(command, args, env = {}) {
  const done = spawnSync(command, args, { cwd: frontend, stdio: "inherit", env: { ...process.env, ...env } });
  if (done.error) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ${args.slice(0, 3).join(" ")} … ended with ${done.status}`);
}

function minor(version) {
  return Number(/rustc 1\.(\d+)\./.exec(version ?? "")?.[1] ?? 0);
}

/** The command, flags and environment that compile to WebAssembly on this machine. */
export function wasmToolchain() {
  const sysroot = output("rustc", ["--print", "sysroot"]);
  if (sysroot && existsSync(join(sysroot, "lib", "rustlib", target, "lib"))) {
    return { cargo: "cargo", flags: [], env: {} };
  }
  const debian = minor(output("/usr/bin/rustc", ["--version"]));
  const source = existsSync("/usr/lib/rustlib/src/rust/library/std/Cargo.toml");
  if (debian >= 95 && source && output("wasm-ld", ["--version"])) {
    return { cargo: "/usr/bin/cargo", flags: debianFlags, env: debianEnv };
  }
  throw new Error(
    "No compiler for WebAssembly was found. Do one of these and start again:\n" +
      `  rustup target add ${target}\n` +
      "  apt-get install rustc-web cargo-web rust-web-src lld     (Debian 12, security updates on)",
  );
}

function* filesBelow(path) {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name));
}

/**
 * Cargo tells a changed source by its modification time alone, and gives the same name to the same crate of two
 * checkouts: one that is older than another's build would be served the other's code. So when the folder was last used
 * for another checkout, all our sources count as changed; else those whose content is not what was built last.
 */
function showWhatChanged() {
  mkdirSync(targetDir, { recursive: true });
  const mark = join(targetDir, ".fupin-sources");
  const before = existsSync(mark) ? JSON.parse(readFileSync(mark, "utf8")) : {};
  const builtAt = existsSync(mark) ? statSync(mark).mtimeMs : 0;
  const files = Object.fromEntries(
    sources.flatMap((path) => [...filesBelow(path)]).map((file) => [file, createHash("sha256").update(readFileSync(file)).digest("hex")]),
  );
  const unknown = !existsSync(mark) && existsSync(join(targetDir, target));
  const gone = unknown || Object.keys(before).some((file) => !(file in files));
  const now = new Date();
  for (const [file, digest] of Object.entries(files)) {
    const restored = before[file] !== digest && statSync(file).mtimeMs < builtAt;
    if (gone || restored) utimesSync(file, now, now);
  }
  writeFileSync(mark, JSON.stringify(files));
}

/** Starts this program again behind a lock, so that two checkouts never build in one folder at the same time. */
export function alone() {
  if (process.env.FUPIN_WASM_LOCKED || !output("flock", ["--version"])) return;
  mkdirSync(targetDir, { recursive: true });
  const args = [join(targetDir, ".fupin-lock"), process.execPath, ...process.argv.slice(1)];
  const done = spawnSync("flock", args, { stdio: "inherit", env: { ...process.env, FUPIN_WASM_LOCKED: "1" } });
  process.exit(done.status ?? 1);
}

/** Compiles the app; returns the path of the raw WebAssembly module. */
export function compileApp() {
  const toolchain = wasmToolchain();
  showWhatChanged();
  const args = ["build", "--release", "--locked", "--lib", "-p", "fupin-frontend", "--target", target];
  run(toolchain.cargo, [...args, ...toolchain.flags, "--target-dir", targetDir], toolchain.env);
  return join(targetDir, target, "release", "fupin_frontend.wasm");
}

/** Builds the wasm-bindgen tool with the host's compiler; returns its path. */
export function compileBindgen() {
  run("cargo", ["build", "--quiet", "--locked", "--profile", "tool", "-p", "fupin-bindgen", "--target-dir", targetDir]);
  return join(targetDir, "tool", "fupin-bindgen");
}
