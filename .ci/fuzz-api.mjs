// schemathesis against demonstrations: every operation of openapi.json, as nobody and as one account per role, each on an
// instance of its own, because what an administrator tries there changes who else can sign in.
// Fails on a server error, an invalid input that was accepted, or an answer that the document does not describe.
// Usage: node .ci/fuzz-api.mjs [examples per operation and role]

import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const examples = process.argv[2] ?? "30";
const { FUPIN, FUPIN_CACHE } = process.env;
if (!FUPIN || !FUPIN_CACHE) throw new Error("run it through make");
const schemathesis = join(FUPIN_CACHE, "schemathesis-4.32.5/bin/schemathesis");

// These end the session or change the password that the run depends on; they have tests of their own.
const suicidal = ["sign_out", "end_session", "change_password", "refresh_session"];

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

async function json(url, options) {
  const answer = await fetch(url, options);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function untilReady(base, server) {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    try {
      const instance = await json(`${base}/api/instance`);
      if (instance.ready) return instance;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function signIn(base, { username, password }) {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ username, password });
  return (await json(`${base}/api/session`, { method: "POST", headers, body })).access_token;
}

// It cannot write tables, spreadsheets and photographs; hostile ones have tests of their own.
const unwritable = ["attach_file", "read_form_sheet", "upload_accounts", "upload_sheet", "upload_table"];

// Runs schemathesis to its end; answers whether it found nothing, and all that it said.
function fuzz(base, folder, headers) {
  const excluded = [...suicidal, ...unwritable].flatMap((id) => ["--exclude-operation-id", id]);
  const run = spawn(
    schemathesis,
    [
      ...["run", `${base}/openapi.json`, "--url", base, "--seed", "20261101", "--max-examples", examples],
      // The rules of the trade may refuse what the document allows, so a refusal of plausible input is no failure.
      ...["--checks", "all", "--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing"],
      ...["--request-timeout", "10", "--warnings", "off", "--no-color", "--continue-on-failure", ...headers, ...excluded],
    ],
    { stdio: ["ignore", "pipe", "pipe"], cwd: folder },
  );
  const said = [];
  run.stdout.on("data", (chunk) => said.push(chunk));
  run.stderr.on("data", (chunk) => said.push(chunk));
  return new Promise((resolve) =>
    run.on("close", (status) => resolve({ clean: status === 0, said: Buffer.concat(said).toString() })),
  );
}

// The roles that a demonstration has an account for.
async function rolesOf(base) {
  const { demo_accounts: accounts } = await json(`${base}/api/instance`);
  return [...new Set(accounts.map((account) => account.role))];
}

async function withInstance(act) {
  const folder = mkdtempSync(join(tmpdir(), "fupin-fuzz-"));
  // PostgreSQL's user must be able to pass when this runs as root.
  chmodSync(folder, 0o755);
  const address = `127.0.0.1:${await freePort()}`;
  const base = `http://${address}`;
  const server = spawn(FUPIN, ["serve", "--demo", "--scale", "0.002", "--data-dir", join(folder, "data"), "--listen", address], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, RUST_LOG: "error" },
  });
  const ended = new Promise((resolve) => server.on("exit", resolve));
  try {
    await untilReady(base, server);
    return await act(base, folder);
  } finally {
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

// The same for nobody, who has no role.
function fuzzAs(role) {
  return withInstance(async (base, folder) => {
    const { demo_accounts: accounts } = await json(`${base}/api/instance`);
    const account = accounts.find((known) => known.role === role);
    const headers = account ? ["-H", `Authorization: Bearer ${await signIn(base, account)}`] : [];
    const outcome = await fuzz(base, folder, headers);
    // It still answers.
    await json(`${base}/api/instance`);
    return outcome;
  });
}

const waiting = ["nobody", ...(await withInstance(rolesOf))];
const failed = [];
async function workThrough() {
  for (let role = waiting.shift(); role !== undefined; role = waiting.shift()) {
    const { clean, said } = await fuzzAs(role);
    const tried = said.match(/^ *\d+ generated.*$/m)?.[0].trim() ?? "nothing was tried";
    console.log(`fuzz-api: as ${role}: ${tried}`);
    if (!clean) {
      failed.push(role);
      console.log(said);
    }
  }
}
// Two at a time, one for each core of a developer's machine.
await Promise.all([workThrough(), workThrough()]);
if (failed.length > 0) {
  console.error(`fuzz-api: failed as ${failed.join(", ")}`);
  process.exit(1);
}
