// Pictures of every page at three sizes, for people to look at: `npm run looks`, then results/looks/.

import { test } from "../../fixtures";
import { look } from "../../fixtures/look";
import { COLUMNS, ROWS, SHIHAN, TITLE, cell, formId, issue, reportOf, submit, unitId } from "../../fixtures/safeguards";
import { importedSheet } from "../../fixtures/people";
import type { Who } from "../../fixtures/instance";

test("every page, as those see it who use it", async ({ instance, people }) => {
  test.setTimeout(600_000);
  const officer = await instance.caller(instance.account("provinceOfficer"));
  const task = await issue(officer, "海南省");
  const clerk = await instance.caller(instance.account("townClerk"));
  for (const village of ["罗解村委会", "番响村委会", "新伟南居委会"]) {
    await submit(clerk, await reportOf(clerk, task, village), { ...SHIHAN, leader: "王秀英" });
  }
  const own = await reportOf(clerk, task, "什寒村委会");
  const waiting = await reportOf(clerk, task, "罗解村委会");
  const returned = await reportOf(clerk, task, "番响村委会");
  const reviewer = await instance.caller(instance.account("townReviewer"));
  await reviewer.post(`/api/reports/${returned.id}/return`, {
    version: returned.version,
    reason: "排查完成日期早于上月，请核对。",
    cells: { "work.finished_on.value": "应在本月内", "problems.water.mended": "" },
  });
  const mended = await reportOf(clerk, task, "新伟南居委会");
  await reviewer.post(`/api/reports/${mended.id}/return`, { version: mended.version, reason: "饮水安全的数不对。" });
  await submit(clerk, await reportOf(clerk, task, "新伟南居委会"), {
    ...SHIHAN,
    problems: { ...SHIHAN.problems, water: [120, 2, 5, 4] },
  });
  const county = await unitId(officer, "琼中黎族苗族自治县");
  const town = await unitId(officer, "红毛镇");
  const form = await formId(officer);
  const draft = await officer.post<{ summary: { id: string } }>("/api/form-drafts", { revise: { form } });

  const sheet = await importedSheet(instance);

  const visits: [Who, [string, string][]][] = [
    [
      "provinceOfficer",
      [
        ["home-empty", "/"],
        ["forms", "/forms"],
        ["form", `/forms/${form}`],
        ["designer", `/form-drafts/${draft.summary.id}`],
        ["tasks", "/tasks"],
        ["board", `/tasks/${task}`],
        ["board-county", `/tasks/${task}?unit=${county}`],
        ["board-town", `/tasks/${task}?unit=${town}`],
        ["map", `/tasks/${task}?view=map`],
        ["trend", "/trend"],
        ["totals", `/tasks/${task}?view=totals`],
        ["totals-town", `/tasks/${task}?view=totals&unit=${town}`],
        ["reports", "/reports"],
        ["schedules", "/schedules"],
        ["discipline", "/discipline"],
        ["exports", "/exports"],
        ["units", "/units"],
        ["unit", `/units?unit=${town}`],
        ["not-found", "/nowhere"],
      ],
    ],
    ["villageClerk", [["todo", "/"], ["report-empty", `/reports/${own.id}`], ["me", "/me"]]],
    ["townReviewer", [["todo-review", "/"], ["report-review", `/reports/${waiting.id}`], ["report-compared", `/reports/${mended.id}`], ["report-returned", `/reports/${returned.id}`], ["reports-mine", "/reports?mine=true"]]],
    ["townClerk", [["delegations", "/delegations"], ["report-reopened", `/reports/${returned.id}`], ["town", `/tasks/${task}/villages`]]],
    ["systemAdmin", [["accounts", "/accounts"], ["account-imports", "/account-imports"], ["account-import", `/account-imports/${sheet.id}`], ["roles", "/roles"], ["messages", "/messages"], ["gateway", "/gateway"], ["message-limits", "/message-limits"], ["message-templates", "/message-templates"], ["sandbox", "/sandbox"]]],
    ["securityAdmin", [["proposals", "/grant-proposals"], ["proposal-batch", `/grant-proposals/${sheet.id}`]]],
    ["auditAdmin", [["audit", "/audit"]]],
  ];
  for (const [who, pages] of visits) {
    const page = await people.pageAs(who);
    for (const [name, path] of pages) {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).first().waitFor();
      await look(page, name);
    }
    if (who === "provinceOfficer") {
      await page.goto("/forms");
      await page.getByRole("button", { name: "下发任务" }).click();
      await look(page, "issue-dialog");
      await page.goto("/");
      await page.getByRole("heading", { level: 1, name: "我的待办" }).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "查找页面、单位、报表" }).fill("红毛");
      await page.getByRole("option").first().waitFor();
      await look(page, "palette");
    }
    if (who === "villageClerk") {
      await page.goto(`/reports/${own.id}`);
      for (const [at, text] of ["120", "3", "130", "4"].entries()) {
        await cell(page, ROWS.water, COLUMNS[at] ?? "").fill(text);
      }
      await look(page, "report-fault");
      await page.getByLabel(/^通知/).click();
      await look(page, "notices");
    }
    if (who === "townReviewer") {
      await page.goto("/reports?mine=true");
      await page.getByLabel("全选本页待审核的").check();
      await look(page, "reports-selected");
      await page.goto(`/reports/${waiting.id}`);
      await page.getByRole("row", { name: new RegExp(`^${ROWS.water}`) }).getByText("3", { exact: true }).click();
      await page.getByRole("button", { name: "退回这一格" }).click();
      await look(page, "report-picked");
      await page.getByRole("button", { name: "退回", exact: true }).click();
      await look(page, "return-dialog");
    }
    if (who === "systemAdmin") {
      await page.goto("/accounts");
      await page.getByRole("link", { name: "王阿梅" }).click();
      await page.getByRole("heading", { level: 1, name: "王阿梅" }).waitFor();
      await look(page, "account");
      await page.goto("/accounts");
      await page.getByRole("button", { name: "新建账号" }).click();
      await look(page, "account-dialog");
      await page.goto(`/units?unit=${town}`);
      await page.getByRole("button", { name: "更名" }).click();
      await look(page, "rename-dialog");
    }
    if (who === "auditAdmin") {
      await page.getByRole("button", { name: "核验完整性" }).click();
      await page.getByText(/核验通过/).waitFor();
      await look(page, "audit-verified");
    }
  }
  const stranger = await people.stranger();
  await stranger.goto("/sign-in");
  await stranger.getByRole("button", { name: /符明月/ }).waitFor();
  await look(stranger, "sign-in");
  await stranger.goto("/sandbox");
  await stranger.getByText(TITLE).first().waitFor();
  await look(stranger, "sandbox-open");
  await stranger.goto("/setup#no-such-link");
  await look(stranger, "setup-refused");
});
