// A clerk finds last month's figures suggested, looks at them, confirms them; and hands in a zero report.

import { type Page, expect, test } from "../../fixtures";
import type { Caller } from "../../fixtures/caller";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, formId, issue, reportOf, submit, today, unitId } from "../../fixtures/safeguards";

function monthBefore(): string {
  const [year, month] = today().split("-").map(Number) as [number, number];
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, "0")}`;
}

/** The month before is filled and handed over, and this month issued. */
async function givenTwoMonths(officer: Caller, clerk: Caller): Promise<string> {
  const before = await officer.post<{ task: { id: string } }>("/api/tasks", {
    title: TITLE,
    forms: [await formId(officer)],
    period: monthBefore(),
    level: "village",
    unit: await unitId(officer, "红毛镇"),
    deadline: today(7),
    chain: ["town", "county", "province"],
  });
  await submit(clerk, await reportOf(clerk, before.task.id, "什寒村委会"), SHIHAN);
  const now = await issue(officer, "红毛镇");
  return (await reportOf(clerk, now, "什寒村委会")).id;
}

async function open(page: Page, id: string): Promise<void> {
  await page.goto(`/reports/${id}`);
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
}

test("last month's figures are suggested, shown with their source, and confirmed", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const clerk = await instance.caller(instance.account("villageClerk"));
  const id = await givenTwoMonths(officer, clerk);
  const page = await people.pageAs("villageClerk");
  await open(page, id);
  const waiting = page.getByRole("region", { name: /格按上期预填/ });
  await expect(waiting).toContainText("5 格按上期预填，待确认");
  await expect(cell(page, ROWS.water, COLUMNS[1])).toHaveValue("4");
  await people.audit(page);
  await cell(page, ROWS.water, COLUMNS[1]).focus();
  await expect(page.getByText(`按上期 ${monthBefore()}（待审核）推算：4`)).toBeVisible();
  await expect(page.getByText("已填 0/25 格")).toBeVisible();

  // One by one: by the key, by typing another number, by emptying; and whatever is left with one press.
  await page.keyboard.press("Control+Enter");
  await expect(waiting).toContainText("4 格按上期预填，待确认");
  await cell(page, ROWS.medical, COLUMNS[1]).focus();
  await page.keyboard.type("2");
  await page.keyboard.press("Enter");
  await expect(page.getByText("全部已保存")).toBeVisible();
  await page.reload();
  await expect(waiting).toContainText("3 格按上期预填，待确认");
  await expect(cell(page, ROWS.water, COLUMNS[1])).toHaveValue("4");
  await expect(cell(page, ROWS.medical, COLUMNS[1])).toHaveValue("2");

  await page.getByRole("button", { name: "提交", exact: true }).click();
  await expect(page.getByText("按上期预填，还没有确认。").first()).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "已核对，全部确认" }).click();
  await expect(waiting).toHaveCount(0);
  await expect(page.getByText("已填 5/25 格")).toBeVisible();
});

test("a zero report fills the required numbers and can be taken back", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const clerk = await instance.caller(instance.account("villageClerk"));
  const { id } = await reportOf(clerk, await issue(officer, "红毛镇"), "什寒村委会");
  const page = await people.pageAs("villageClerk");
  await open(page, id);
  await cell(page, ROWS.school, COLUMNS[0]).focus();
  await page.keyboard.type("-");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "零报告", exact: true }).click();
  await expect(page.getByText("已把 20 个必填的空格填为 0，提交前可以撤销")).toBeVisible();
  await expect(cell(page, ROWS.food, COLUMNS[0])).toHaveValue("0");
  await expect(cell(page, ROWS.school, COLUMNS[0])).toHaveValue("/");
  await expect(cell(page, "排查完成日期", "填报内容")).toHaveValue("");
  await people.audit(page);
  await page.getByRole("button", { name: "撤销零报告" }).click();
  await expect(cell(page, ROWS.food, COLUMNS[0])).toHaveValue("");
  await expect(cell(page, ROWS.school, COLUMNS[0])).toHaveValue("/");
  await expect(page.getByText("全部已保存")).toBeVisible();
});
