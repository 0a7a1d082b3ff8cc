// What people may not do with a report, and how they are told.

import { expect, test } from "../../fixtures";
import { clerkAt } from "../../fixtures/colleagues";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, issue, reportOf, submit } from "../../fixtures/safeguards";

const ABROAD = { username: "wencheng-tian", password: "Haiyan2026Wenchang", name: "云海燕" };

test("a clerk of another county who opens a report's link finds nothing there", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const report = await reportOf(officer, task, "什寒村委会");
  const clerk = await clerkAt(instance, "文昌市", ABROAD);

  const page = await people.stranger();
  people.expectRefusal(page, /^\/api\/reports\/[^/]+(\/history)?$/, 404);
  await page.goto(`/r/${report.id}`);
  await people.signIn(page, clerk);
  await expect(page.getByRole("heading", { name: "没有这个页面" })).toBeVisible();
  await expect(page.getByText("不在您的管辖范围内")).toBeVisible();
  await expect(page.getByText("什寒")).toHaveCount(0);
  await people.audit(page);

  await page.getByRole("navigation", { name: "主导航" }).getByRole("link", { name: "报表" }).click();
  await expect(page.getByRole("heading", { name: "没有符合条件的报表" })).toBeVisible();
  await people.audit(page);
  await page.getByRole("main").getByRole("link", { name: "回到我的待办" }).or(page.getByRole("link", { name: "我的待办" })).first().click();
  await expect(page.getByRole("heading", { name: "没有要您办的事" })).toBeVisible();
  await people.audit(page);
});

test("a reviewer cannot approve before the level below has", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const clerk = await instance.caller(instance.account("villageClerk"));
  const report = await reportOf(clerk, task, "什寒村委会");
  await submit(clerk, report, SHIHAN);

  const page = await people.pageAs("countyReviewer");
  await page.goto(`/reports/${report.id}`);
  await expect(page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
  await expect(page.getByText("乡镇 正在审核")).toBeVisible();
  await people.audit(page);
  await page.keyboard.press("a");
  await expect(page.getByRole("button", { name: "审核通过" })).toHaveCount(0);

  const { version } = await reportOf(clerk, task, "什寒村委会");
  const reviewer = await instance.caller(instance.account("countyReviewer"));
  await expect(reviewer.post(`/api/reports/${report.id}/approval`, { version })).rejects.toThrow("reporting.not_your_turn");
});

test("who reviews a report that has moved on meanwhile is shown its fresh state", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const clerk = await instance.caller(instance.account("villageClerk"));
  const report = await reportOf(clerk, task, "什寒村委会");
  await submit(clerk, report, SHIHAN);

  const first = await people.pageAs("townReviewer");
  const second = await people.secondTab(first);
  for (const tab of [first, second]) {
    await tab.goto(`/reports/${report.id}`);
    await expect(tab.getByRole("button", { name: "审核通过" })).toBeVisible();
  }
  await second.getByRole("button", { name: "退回", exact: true }).click();
  const dialog = second.getByRole("dialog", { name: "退回报表" });
  await dialog.getByLabel("原因").fill("排查日期不对，请核对。");
  await dialog.getByRole("button", { name: "退回", exact: true }).click();
  await expect(second.getByText("已退回，填报员会收到短信")).toBeVisible();

  people.expectRefusal(first, /^\/api\/reports\/[^/]+\/approval$/, 409);
  await first.getByRole("button", { name: "审核通过" }).click();
  await expect(first.getByRole("alert")).toContainText(/刚刚被别人改动过|还没有提交/);
  await people.audit(first);
  await first.getByRole("button", { name: "看最新的" }).click();
  await expect(first.getByRole("main")).toContainText("已退回");
  await expect(first.getByRole("button", { name: "审核通过" })).toHaveCount(0);
});

test("two tabs that change one cell do not overwrite each other in silence", async ({ instance, people }) => {
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "红毛镇");
  const { id } = await reportOf(officer, task, "什寒村委会");

  const first = await people.pageAs("villageClerk");
  const second = await people.secondTab(first);
  for (const tab of [first, second]) {
    await tab.goto(`/reports/${id}`);
    await expect(cell(tab, ROWS.food, COLUMNS[0])).toBeVisible();
  }
  for (const [tab, value] of [[first, "100"], [second, "90"]] as const) {
    await cell(tab, ROWS.food, COLUMNS[0]).focus();
    await tab.keyboard.type(value);
    await tab.keyboard.press("Tab");
    await expect(tab.getByText("正在保存")).toHaveCount(0);
  }
  await cell(second, ROWS.food, COLUMNS[0]).focus();
  await expect(second.getByText("王阿梅 刚刚把这一格改成了「100」。")).toBeVisible();
  await people.audit(second);
  await second.getByRole("button", { name: "用对方的" }).click();
  await expect(cell(second, ROWS.food, COLUMNS[0])).toHaveValue("100");
  await expect(second.getByText("全部已保存")).toBeVisible();
});
