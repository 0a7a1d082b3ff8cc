// The README's pictures, of a demonstration at work: `make screenshots`, then e2e/screenshots/. Few and small: they are kept
// in the repository.

import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Page, expect, test } from "../../fixtures";
import { provinceAtWork } from "../../fixtures/province";
import { COLUMNS, ROWS, SHIHAN, cell, issue, reportOf, submit } from "../../fixtures/safeguards";

const FOLDER = "screenshots";
const MOST_BYTES = 1_000_000;
const DESK = { width: 1366, height: 768 };
const PHONE = { width: 390, height: 844 };

async function take(page: Page, name: string, size = DESK): Promise<void> {
  await page.setViewportSize(size);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: "disabled", caret: "hide" });
}

async function drawn(page: Page): Promise<void> {
  await expect(page.locator("fupin-chart[drawn] canvas")).toBeVisible();
}

// One after the other: the first begins by taking the old pictures away.
test.describe.configure({ mode: "serial" });

test("the pictures of the README", async ({ instance, people }) => {
  test.setTimeout(600_000);
  rmSync(FOLDER, { recursive: true, force: true });
  const task = await provinceAtWork(instance, 6);

  const leader = await people.pageAs("provinceLeader");
  await leader.goto(`/tasks/${task}?view=map`);
  await drawn(leader);
  await take(leader, "map");
  await leader.goto("/trend?item=problems.water.found&months=6");
  await drawn(leader);
  for (const county of ["儋州市", "文昌市", "万宁市", "澄迈县"]) await leader.getByRole("checkbox", { name: county }).check();
  await leader.getByRole("checkbox", { name: "海南省合计" }).uncheck();
  await leader.getByRole("heading", { level: 1 }).scrollIntoViewIfNeeded();
  await take(leader, "trend");

  const officer = await instance.caller(instance.account("provinceOfficer"));
  const villages = await issue(officer, "红毛镇");
  const townClerk = await instance.caller(instance.account("townClerk"));
  const waiting = await reportOf(townClerk, villages, "罗解村委会");
  await submit(townClerk, waiting, { ...SHIHAN, leader: "王秀英" });
  const clerk = await people.pageAs("villageClerk");
  await take(clerk, "phone", PHONE);
  await clerk.setViewportSize(DESK);
  await clerk.goto(`/reports/${(await reportOf(townClerk, villages, "什寒村委会")).id}`);
  for (const [at, text] of ["120", "3", "130", "4"].entries()) await cell(clerk, ROWS.water, COLUMNS[at] ?? "").fill(text);
  await take(clerk, "filling");
  const reviewer = await people.pageAs("townReviewer");
  await reviewer.goto(`/reports/${waiting.id}`);
  await expect(reviewer.getByRole("button", { name: "审核通过" })).toBeVisible();
  await take(reviewer, "review");

});

test.describe("of a synthetic province", () => {
  test.use({ serve: ["--demo", "--scale", "0.002"] });

  test("the picture of a household", async ({ people }) => {
    const officer = await people.pageAs("provinceOfficer");
    await officer.goto("/households");
    await officer.getByRole("table").getByRole("link").first().click();
    await expect(officer.getByRole("region", { name: "家庭成员" })).toBeVisible();
    await take(officer, "household");
    const sizes = readdirSync(FOLDER).map((name) => statSync(join(FOLDER, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0), "bytes of all pictures").toBeLessThan(MOST_BYTES);
  });
});
