// A village clerk fills in Excel instead of the page; an officer takes all villages home at once.

import { readFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { type Page, expect, test } from "../../fixtures";
import { addressOf, typeInto } from "../../fixtures/filling";
import { COLUMNS, ROWS, TITLE, cell, issue, reportOf } from "../../fixtures/safeguards";
import { readWorkbook } from "../../fixtures/spreadsheet";

const MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

async function downloadSheet(page: Page): Promise<Buffer> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "下载 Excel" }).click()]);
  expect(file.suggestedFilename()).toContain("什寒村委会.xlsx");
  return readFileSync(await file.path());
}

test("a report is filled in Excel, looked at before it is saved, and its bad cells are found on the page", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "琼中黎族苗族自治县");
  const clerk = await instance.caller(instance.account("villageClerk"));
  const report = await reportOf(clerk, task, "什寒村委会");
  const page = await people.pageAs("villageClerk");
  await page.goto(`/reports/${report.id}`);
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  // What was typed a moment ago is in the file.
  await cell(page, ROWS.food, COLUMNS[0]).focus();
  await page.keyboard.type("120");
  await page.keyboard.press("Enter");
  const template = await downloadSheet(page);
  expect(readWorkbook(template).formulas).toBeGreaterThan(0);
  const at = (row: string, column: number): string => addressOf(template, row, column);
  expect([...readWorkbook(template).sheets.values()][0]?.flat().some((found) => found?.isNumber && found.text === "120")).toBe(true);

  const filled = typeInto(template, {
    [at(ROWS.water, 1)]: 9,
    [at(ROWS.water, 2)]: "２",
    [at(ROWS.medical, 1)]: "七户",
    [at(ROWS.school, 1)]: "不适用",
  });
  await page.getByRole("button", { name: "上传 Excel" }).click();
  const dialog = page.getByRole("dialog", { name: "上传填好的 Excel" });
  await people.audit(page);
  people.expectRefusal(page, /\/sheet$/, 422);
  await dialog.locator("input[type=file]").setInputFiles({ name: "旧.xls", mimeType: "application/vnd.ms-excel", buffer: Buffer.from("d0cf11e0a1b11ae1", "hex") });
  await expect(dialog.getByText("请在 Excel 或 WPS 中另存为 .xlsx 后再上传")).toBeVisible();
  await dialog.locator("input[type=file]").setInputFiles({ name: "什寒.xlsx", mimeType: MEDIA_TYPE, buffer: filled });
  await expect(dialog.getByText("1 格有问题，不会保存")).toBeVisible();
  await expect(dialog.getByText("「七户」：不是数字", { exact: false })).toBeVisible();
  await expect(dialog.getByText("「２」已按 2 读取", { exact: false })).toBeVisible();
  await people.audit(page);
  await dialog.getByRole("button", { name: "保存 3 格" }).click();

  await expect(page.getByText("已从 Excel 保存 3 格")).toBeVisible();
  await expect(cell(page, ROWS.water, COLUMNS[0])).toHaveValue("9");
  await expect(cell(page, ROWS.school, COLUMNS[0])).toHaveValue("/");
  const result = page.getByRole("region", { name: "上传结果" });
  await people.audit(page);
  await result.getByRole("button", { name: `」${at(ROWS.medical, 1)}` }).click();
  await expect(cell(page, ROWS.medical, COLUMNS[0])).toBeFocused();

  await page.getByRole("button", { name: "上传 Excel" }).click();
  await dialog.locator("input[type=file]").setInputFiles({ name: "什寒.xlsx", mimeType: MEDIA_TYPE, buffer: typeInto(filled, { [at(ROWS.medical, 1)]: "" }) });
  await expect(dialog.getByText("文件与报表现有内容一致，没有要保存的。")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "保存", exact: true })).toBeDisabled();
});

test("an officer orders all villages' spreadsheets, watches them being made and fetches them", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "琼中黎族苗族自治县");
  const page = await people.pageAs("provinceOfficer");
  await page.goto("/exports");
  await expect(page.getByRole("heading", { name: "还没有导出过文件" })).toBeVisible();
  await people.audit(page);
  await page.goto(`/tasks/${task}`);
  await expect(page.getByRole("button", { name: "导出各单位报表" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "导出各单位报表" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "导出" })).toBeVisible();
  const line = page.getByRole("row", { name: new RegExp(TITLE) });
  await expect(line.getByText("可以下载")).toBeVisible({ timeout: 60_000 });
  await people.audit(page);
  const [file] = await Promise.all([page.waitForEvent("download"), line.getByRole("button", { name: "下载" }).click()]);
  expect(file.suggestedFilename()).toMatch(/琼中黎族苗族自治县\.zip$/);
  const names = Object.keys(unzipSync(readFileSync(await file.path())));
  expect(names.some((name) => name.endsWith("红毛镇/什寒村委会.xlsx"))).toBe(true);
});
