// Forms that come again: an officer makes a schedule, sees what comes next, lets it rest, and it issues by itself.

import { type Page, expect, test } from "../../fixtures";
import { TITLE, today } from "../../fixtures/safeguards";

const NAME = "三保障月报";

/** A day of next month. */
function nextMonth(day: number): string {
  const [year = 0, month = 0] = today().split("-").map(Number);
  const first = new Date(Date.UTC(year, month, day));
  return first.toISOString().slice(0, 10);
}

async function create(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "新建计划" });
  await dialog.getByRole("checkbox", { name: TITLE }).check();
  await dialog.getByLabel("计划名称").fill(NAME);
  await dialog.getByLabel("从哪个月开始").fill(nextMonth(1).slice(0, 7));
  await dialog.getByLabel("几号下发").selectOption("10");
  await dialog.getByRole("button", { name: "新建计划" }).click();
}

test("a schedule shows what comes next, rests when it is told to, and issues by itself", async ({ instance, people }) => {
  test.setTimeout(240_000);
  const page = await people.pageAs("provinceOfficer");
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "下发计划" }).click();
  await expect(page.getByRole("heading", { name: "还没有计划" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "新建计划" }).click();
  const dialog = page.getByRole("dialog", { name: "新建计划" });
  await dialog.getByRole("button", { name: "新建计划" }).click();
  await expect(dialog.getByRole("alert")).toHaveText("请填写计划名称。");
  await people.audit(page);
  await create(page);
  await expect(page.getByText("计划已建，到日子自动下发")).toBeVisible();

  const row = page.getByRole("row", { name: new RegExp(`^${NAME}`) });
  await expect(row).toContainText(`${nextMonth(10)} 下发`);
  await expect(row).toContainText("还没有下发过");
  await people.audit(page);
  await row.getByRole("button", { name: "暂停" }).click();
  await expect(row).toContainText("暂停中，不下发");
  await people.audit(page);
  await row.getByRole("button", { name: "恢复" }).click();
  await expect(row).toContainText("进行中");

  await test.step("its day comes", async () => {
    await page.close();
    instance.noonOf(nextMonth(10));
    const officer = await people.pageAs("provinceOfficer");
    await expect(async () => {
      await officer.goto("/schedules");
      await expect(officer.getByRole("row", { name: new RegExp(`^${NAME}`) }).getByRole("link")).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 60_000 });
    await people.audit(officer);
    await officer.getByRole("row", { name: new RegExp(`^${NAME}`) }).getByRole("link").click();
    await expect(officer.getByRole("heading", { level: 1 })).toContainText(NAME);
    await people.audit(officer);
  });
});
