// The real server, a real PostgreSQL, a real browser. Every test starts an instance of its own, so that none depends on
// another; two run at a time because a developer's machine has at least two cores.

import { defineConfig } from "@playwright/test";

const isolated = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
const plain = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];

export default defineConfig({
  testDir: "specs",
  outputDir: "results/failed",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // As with nextest: what fails twice on CI's shared machine fails, and what failed once is named.
  retries: process.env["CI"] ? 1 : 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    viewport: { width: 1366, height: 768 },
    actionTimeout: 15_000,
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [...plain, ...isolated],
    },
  },
  projects: [
    { name: "specs", testIgnore: ["looks/**", "screenshots/**"] },
    { name: "looks", testMatch: "looks/**" },
    { name: "screenshots", testMatch: "screenshots/**" },
  ],
});
