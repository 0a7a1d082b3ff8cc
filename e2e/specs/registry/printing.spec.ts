// What goes onto paper: a household's sheet and a report, each on A4, whole, and without what only a screen needs.

import { type People, expect, test } from "../../fixtures";
import { print } from "../../fixtures/printed";
import { SHIHAN, TITLE, issue, reportOf, submit } from "../../fixtures/safeguards";

const A4 = { short: 595, long: 842 };
/** The narrowest margin of our sheets. */
const MARGIN = 30;

/** Somebody's household of the synthetic province, open on the screen. */
async function open(people: People) {
  const page = await people.pageAs("provinceOfficer");
  await page.goto("/households");
  await people.audit(page);
  await page.getByRole("table").getByRole("link").first().click();
  await expect(page.getByRole("region", { name: "家庭成员" })).toBeVisible();
  await people.audit(page);
  return page;
}

test.describe("of a synthetic province", () => {
  test.use({ serve: ["--demo", "--scale", "0.002"] });

  test("a household's sheet prints on A4, whole and clean", async ({ people }) => {
    test.setTimeout(180_000);
    const page = await open(people);
    const head = await page.locator(".household-head").innerText();
    const sheet = await print(page, "results/household");
    expect([Math.round(sheet.width), Math.round(sheet.height)]).toEqual([A4.short, A4.long]);
    expect(sheet.pages).toBeLessThanOrEqual(3);
    expect(sheet.right).toBeLessThanOrEqual(A4.short - MARGIN);
    expect(sheet.bottom).toBeLessThanOrEqual(A4.long - MARGIN);
    const text = sheet.text.replaceAll(" ", "");
    for (const wanted of [head, "家庭成员", "收支台账"]) expect(text).toContain(wanted);
    for (const screen of ["我的待办", "退出登录", "查看明文", "Ctrl"]) expect(text).not.toContain(screen);
  });
});

test("a report prints on A4, whole and clean", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "海南省");
  const clerk = await instance.caller(instance.account("villageClerk"));
  const report = await reportOf(clerk, task, "什寒村委会");
  await submit(clerk, report, { ...SHIHAN, leader: "王秀英" });
  const page = await people.pageAs("villageClerk");
  await page.goto(`/reports/${report.id}`);
  await expect(page.getByRole("heading", { level: 1, name: new RegExp(TITLE) })).toBeVisible();
  await people.audit(page);
  const sheet = await print(page, "results/report");
  expect([Math.round(sheet.width), Math.round(sheet.height)]).toEqual([A4.long, A4.short]);
  expect(sheet.pages).toBeLessThanOrEqual(2);
  expect(sheet.right).toBeLessThanOrEqual(A4.long - MARGIN);
  const text = sheet.text.replaceAll(" ", "");
  for (const wanted of [TITLE, "王秀英", "什寒村委会"]) expect(text).toContain(wanted);
  for (const screen of ["我的待办", "退出登录", "撤回"]) expect(text).not.toContain(screen);
});
