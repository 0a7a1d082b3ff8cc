// Seeing: the board as a map, an item over the months, and from a total down to the very cell.

import { readFileSync } from "node:fs";
import { type Page, expect, test } from "../../fixtures";
import { monthBefore, provinceAtWork } from "../../fixtures/province";
import { ROWS, SHIHAN, issue, reportOf, submit } from "../../fixtures/safeguards";
import { readWorkbook } from "../../fixtures/spreadsheet";

const WATER = "饮水安全有保障，完成整改";

async function drawn(page: Page): Promise<void> {
  await expect(page.locator("fupin-chart[drawn] canvas")).toBeVisible();
}

test("a leader sees on the map who is behind, and the same as a list", async ({ instance, people }) => {
  test.setTimeout(240_000);
  const task = await provinceAtWork(instance, 1);
  const page = await people.pageAs("provinceLeader");
  await page.goto(`/tasks/${task}`);
  await page.getByRole("button", { name: "地图" }).click();
  await drawn(page);
  await expect(page.getByRole("img", { name: /各市县报送情况地图/ })).toBeVisible();
  const list = page.getByRole("region", { name: "各下级单位", exact: true });
  await expect(list.getByRole("row").nth(1)).toContainText("36%");
  await expect(page.getByRole("list", { name: "图例" }).getByRole("listitem").last()).toHaveText("没有数据");
  await expect(page.getByText("未填写审图号")).toHaveCount(0);
  await people.audit(page);

  await page.getByRole("button", { name: "按时率" }).click();
  await expect(list.getByRole("columnheader", { name: "按时率" })).toBeVisible();
  await list.getByRole("button", { name: "琼中黎族苗族自治县" }).click();
  await expect(list.getByRole("row", { name: /^红毛镇/ })).toBeVisible();
  await drawn(page);
  expect(page.url()).toContain("view=map");
  await people.audit(page);
  // A click on the land leads there as well: 琼中 lies in the middle of the island.
  await page.goto(`/tasks/${task}?view=map`);
  await drawn(page);
  const chart = await page.locator("fupin-chart").boundingBox();
  if (!chart) throw new Error("no map");
  const path = page.getByRole("navigation", { name: "单位层级" });
  // Land leads nowhere before its figures have come.
  await expect(async () => {
    await page.mouse.click(chart.x + chart.width * 0.51, chart.y + chart.height * 0.55);
    await expect(path).toContainText("琼中黎族苗族自治县", { timeout: 1_000 });
  }).toPass({ timeout: 15_000 });

  const officer = await people.pageAs("provinceOfficer");
  await officer.goto(`/tasks/${task}?view=map`);
  await expect(officer.getByText("未填写审图号")).toBeVisible();
  await people.audit(officer);
});

test("one item is followed over the months, by address and as a spreadsheet", async ({ instance, people }) => {
  test.setTimeout(240_000);
  await provinceAtWork(instance, 3);
  const page = await people.pageAs("provinceOfficer");
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "分月趋势" }).click();
  await page.getByLabel("指标").selectOption({ label: "饮水安全有保障，存在问题户数 / 本月新发现" });
  await page.getByLabel("多少个月").selectOption("6");
  await drawn(page);
  const table = page.getByRole("region", { name: /分月情况/ });
  const whole = table.getByRole("row", { name: /^海南省合计/ });
  await expect(whole.getByRole("cell")).toHaveText(["—", "—", "—", /^[\d,]+$/, /^[\d,]+$/, /^[\d,]+$/]);
  await page.getByRole("checkbox", { name: "儋州市" }).check();
  await expect(page).toHaveURL(/lines=whole\.\d+/);
  await people.audit(page);

  const said = await whole.getByRole("cell").allTextContents();
  await page.reload();
  await drawn(page);
  await expect(page.getByRole("checkbox", { name: "儋州市" })).toBeChecked();
  await expect(whole.getByRole("cell")).toHaveText(said);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "导出 Excel" }).click()]);
  const rows = [...readWorkbook(readFileSync(await download.path())).sheets.values()][0] ?? [];
  const sum = rows.find((cells) => cells?.[0]?.text === "合计")?.slice(1).map((cell) => cell?.text ?? "") ?? [];
  expect(sum.slice(-3)).toEqual(said.slice(-3).map((text) => text.replaceAll(",", "")));

  await page.getByRole("button", { name: "全部审核通过" }).click();
  await expect(page.getByText("计入全部审核通过的报表")).toBeVisible();
  await expect(whole.getByRole("cell").last()).toHaveText("—");
  people.expectRefusal(page, /^\/api\/trend$/, 422);
  await page.getByLabel("到", { exact: true }).fill(monthBefore(24));
  await expect(page.getByRole("heading", { name: "这几个月没有下发过这张表式" })).toBeVisible();
  await people.audit(page);
});

test("a total leads down to the village's report, to the very cell and its history", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "琼中黎族苗族自治县");
  const clerk = await instance.caller(instance.account("villageClerk"));
  await submit(clerk, await reportOf(clerk, task, "什寒村委会"), SHIHAN);
  const page = await people.pageAs("provinceOfficer");
  await page.goto(`/tasks/${task}?view=totals`);
  const water = page.getByRole("region", { name: "一、排查整改情况" }).getByRole("row", { name: new RegExp(`^${ROWS.water}`) });
  await water.getByRole("button").nth(3).click();
  const compared = page.getByRole("region", { name: `各下级单位的${WATER}` });
  await people.audit(page);
  await compared.getByRole("row", { name: /^红毛镇/ }).getByRole("button", { name: "3", exact: true }).click();
  await compared.getByRole("row", { name: /^什寒村委会/ }).getByRole("link", { name: "3", exact: true }).click();
  await expect(page).toHaveURL(/\/reports\/[^?]+\?cell=problems\.water\.mended/);
  await expect(page.locator(":focus")).toHaveText("3");
  await expect(page.getByRole("region", { name: "这一格的经过" })).toContainText("王阿梅");
  await people.audit(page);
});
