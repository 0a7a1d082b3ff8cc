// One report's whole way: issued by the province, filled by a village, reviewed by three levels, summed, taken home.

import { readFileSync } from "node:fs";
import { type Instance, type Page, type People, expect, test } from "../../fixtures";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, fillByKeyboard, reportOf, submit, today } from "../../fixtures/safeguards";
import { asNumber, numbersBeside, readByOffice, readWorkbook } from "../../fixtures/spreadsheet";
import { followMessage } from "../../fixtures/phone";

const REASON = "饮水安全完成整改应为4户，请核对台账。";
const VILLAGES = "3,296";

/** The village that lies beside 王阿梅's, and what its report says. */
const NEIGHBOUR = {
  village: "罗解村委会",
  filled: {
    ...SHIHAN,
    problems: { food: [80, 0, 0, 0], school: [80, 0, 0, 0], medical: [80, 0, 1, 1], housing: [80, 0, 0, 0], water: [80, 1, 0, 1] },
  },
};

async function issueToAllVillages(page: Page, people: People): Promise<void> {
  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "表式" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "表式" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("link", { name: TITLE }).click();
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "下发任务" }).click();
  const dialog = page.getByRole("dialog", { name: "下发任务" });
  await expect(dialog.getByRole("checkbox", { name: TITLE })).toBeChecked();
  await expect(dialog.getByLabel("报告期")).toHaveValue(today().slice(0, 7));
  await dialog.getByLabel("截止日期").fill(today(5));
  for (const level of ["乡镇审核", "市县审核", "省审核"]) await expect(dialog.getByLabel(level)).toBeChecked();
  await people.audit(page);
  await dialog.getByRole("button", { name: "下发任务" }).click();
  await expect(page.getByText(`已下发 ${VILLAGES} 份，原有 0 份不变`)).toBeVisible();
  await expect(page.getByRole("row", { name: /琼中黎族苗族自治县/ })).toContainText("0/");
  await people.audit(page);
}

async function fillAndSubmit(page: Page, people: People): Promise<void> {
  const water = cell(page, ROWS.water, COLUMNS[2]);
  await fillByKeyboard(page, SHIHAN);
  await water.focus();
  await page.keyboard.type("130");
  const said = "“饮水安全有保障”本月新发现问题（130户）不得大于排查户数（120户）。";
  await expect(water).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("region", { name: "审核提示" })).toContainText(said);
  await people.audit(page);
  await page.keyboard.press("Escape");
  await expect(water).toHaveValue("5");
  await expect(page.getByText("全部已保存")).toBeVisible();
  await page.reload();
  await expect(cell(page, ROWS.medical, COLUMNS[3])).toHaveValue("4");
  await expect(cell(page, ROWS.school, COLUMNS[0])).toHaveValue("/");
  await expect(cell(page, "排查方式", "填报内容")).toHaveValue("both");
  await page.getByRole("button", { name: "提交", exact: true }).click();
  await expect(page.getByText("已提交，等乡镇审核；审核前可以撤回")).toBeVisible();
  await people.audit(page);
}

async function returnIt(page: Page, people: People): Promise<void> {
  await page.getByRole("button", { name: "退回", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "退回报表" });
  await dialog.getByRole("button", { name: "退回", exact: true }).click();
  await expect(dialog.getByText("请写明退回的原因。")).toBeVisible();
  await dialog.getByLabel("原因").fill(REASON);
  await people.audit(page);
  await dialog.getByRole("button", { name: "退回", exact: true }).click();
  await expect(page.getByText("已退回，填报员会收到短信")).toBeVisible();
}

async function mend(page: Page, people: People): Promise<void> {
  await page.getByLabel("通知，", { exact: false }).click();
  await expect(page.getByRole("link", { name: new RegExp(`被退回：${REASON}`) })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("审核退回，请修改后再提交")).toBeVisible();
  await people.audit(page);
  await cell(page, ROWS.water, COLUMNS[3]).focus();
  await page.keyboard.type("4");
  await page.keyboard.press("Enter");
  await expect(page.getByText("全部已保存")).toBeVisible();
  await page.getByRole("button", { name: "提交", exact: true }).click();
  await expect(page.getByText("已提交，等乡镇审核；审核前可以撤回")).toBeVisible();
}

async function approve(people: People, instance: Instance, who: "townReviewer" | "countyReviewer" | "provinceReviewer", said: string): Promise<void> {
  const page = await followMessage(people, instance.account(who), "什寒村委会提交了");
  await people.signIn(page, instance.account(who));
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await people.audit(page);
  await page.getByRole("button", { name: "审核通过" }).click();
  await expect(page.getByText(said)).toBeVisible();
}

/** Walks down from the province; at each level the line of the next one must read as expected. */
async function drill(page: Page, lines: [unit: string, told: RegExp][]): Promise<void> {
  for (const [unit, told] of lines) {
    const row = page.getByRole("row", { name: new RegExp(`^${unit}`) });
    await expect(row).toHaveText(told);
    if (!unit.endsWith("村委会")) await row.getByRole("button", { name: unit }).click();
  }
}

test("a report goes its whole way, from the province to the village and back into a spreadsheet", async ({ instance, people }) => {
  test.setTimeout(240_000);
  const officer = await people.pageAs("provinceOfficer");
  await test.step("the officer issues a form to all villages", () => issueToAllVillages(officer, people));
  const task = /tasks\/([^?]+)/.exec(officer.url())?.[1] ?? "";
  const neighbour = await instance.caller(instance.account("townClerk"));
  await submit(neighbour, await reportOf(neighbour, task, NEIGHBOUR.village), NEIGHBOUR.filled);

  const clerk = await test.step("the clerk follows the link in the message and signs in", async () => {
    const page = await followMessage(people, instance.account("villageClerk"), `《${TITLE}》请在`);
    await people.signIn(page, instance.account("villageClerk"));
    await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    return page;
  });
  await test.step("she fills it by keyboard and submits", () => fillAndSubmit(clerk, people));
  await test.step("the town returns it", async () => {
    const page = await followMessage(people, instance.account("townReviewer"), "什寒村委会提交了");
    await people.signIn(page, instance.account("townReviewer"));
    await returnIt(page, people);
  });
  await test.step("the clerk is told, mends and submits again", async () => {
    const page = await followMessage(people, instance.account("villageClerk"), REASON);
    await people.signIn(page, instance.account("villageClerk"));
    await mend(page, people);
  });
  await test.step("three levels approve", async () => {
    await approve(people, instance, "townReviewer", "已通过，转市县审核");
    await approve(people, instance, "countyReviewer", "已通过，转省审核");
    await approve(people, instance, "provinceReviewer", "已通过，审核完成");
  });
  await test.step("the officer sees who has submitted", async () => {
    await officer.reload();
    await drill(officer, [
      ["琼中黎族苗族自治县", /2\/\d+/],
      ["红毛镇", /2\/\d+/],
      ["什寒村委会", /已通过/],
    ]);
    await expect(officer.getByRole("row", { name: new RegExp(NEIGHBOUR.village) })).toContainText("待审核");
    await people.audit(officer);
  });
  await test.step("the totals are right at each level", () => totals(officer, people));
  await test.step("the spreadsheet says the same", () => takeHome(officer));
});

async function totals(page: Page, people: People): Promise<void> {
  await page.getByRole("navigation", { name: "单位层级" }).getByRole("button", { name: "海南省" }).click();
  await page.getByRole("button", { name: "汇总", exact: true }).click();
  await page.getByLabel("指标").selectOption({ label: "饮水安全有保障，完成整改" });
  const compared = page.getByRole("region", { name: /各下级单位的/ });
  for (const [unit, mended, next] of [
    ["海南省", "5", "琼中黎族苗族自治县"],
    ["琼中黎族苗族自治县", "5", "红毛镇"],
    ["红毛镇", "5", undefined],
  ] as const) {
    const water = page.getByRole("region", { name: "一、排查整改情况" }).getByRole("row", { name: /^饮水安全有保障/ });
    await expect(water.getByRole("cell").nth(3)).toHaveText(mended);
    if (!next) break;
    await expect(compared.getByRole("row", { name: new RegExp(`^${unit}合计`) })).toContainText(mended);
    await people.audit(page);
    await compared.getByRole("button", { name: next }).click();
  }
  const village = compared.getByRole("row", { name: /^什寒村委会/ });
  await expect(village.getByRole("link", { name: "4", exact: true })).toBeVisible();
  await page.getByRole("navigation", { name: "单位层级" }).getByRole("button", { name: "海南省" }).click();
  await page.getByRole("button", { name: "全部审核通过" }).click();
  await expect(compared.getByRole("row", { name: /^海南省合计/ })).toContainText("4");
  await page.getByRole("button", { name: "已提交", exact: true }).click();
  await expect(compared.getByRole("row", { name: /^海南省合计/ })).toContainText("5");
}

async function takeHome(page: Page): Promise<void> {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "导出 Excel" }).click()]);
  expect(download.suggestedFilename()).toMatch(/^.+2026.+海南省\.xlsx$/);
  const bytes = readFileSync(await download.path());
  const book = readWorkbook(bytes);
  expect(book.formulas).toBe(0);
  // Visited, carried over, found, mended, still open: 什寒's and its neighbour's together.
  expect(numbersBeside(book.sheets.get("汇总表"), "饮水安全有保障")).toEqual([200, 3, 5, 5, 3]);
  expect(numbersBeside(book.sheets.get("汇总表"), "本月整改投入资金")).toEqual([25001]);
  const detail = numbersBeside(book.sheets.get("分单位明细"), "琼中黎族苗族自治县", "饮水安全有保障", "完成整改");
  expect([detail[0], ...detail.slice(2)]).toEqual([5, 2, 2, 0, 0]);
  const office = readByOffice(bytes);
  if (!office) return;
  expect([...office.keys()].sort()).toEqual([...book.sheets.keys()].sort());
  for (const [name, rows] of book.sheets) {
    const read = office.get(name) ?? [];
    rows.forEach((row, line) =>
      row.forEach((own, column) => {
        if (own.isNumber) expect(asNumber(read[line]?.[column]), `${name} ${line + 1},${column + 1}`).toBeCloseTo(Number(own.text), 6);
      }),
    );
  }
}
